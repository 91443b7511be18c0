/* Lets the search of the documentation run from a folder, where browsers refuse workers: its script runs in a hidden frame. */
(function () {
  "use strict";
  if (location.protocol !== "file:") { return; }
  function load(frame, url) {
    return new Promise(function (done, failed) {
      var script = frame.contentDocument.createElement("script");
      script.src = url;
      script.onload = done;
      script.onerror = failed;
      frame.contentDocument.body.appendChild(script);
    });
  }
  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      var worker = this, frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "";
      document.body.appendChild(frame);
      frame.contentWindow.postMessage = function (data) {
        worker.dispatchEvent(new MessageEvent("message", { data: data }));
      };
      frame.contentWindow.importScripts = function () {
        return Array.prototype.reduce.call(arguments, function (before, each) {
          return before.then(function () { return load(frame, each); });
        }, Promise.resolve());
      };
      this.frame = frame;
      this.ready = load(frame, new URL(url, location.href).href);
    }
    postMessage(data) {
      var frame = this.frame;
      this.ready.then(function () {
        frame.contentWindow.dispatchEvent(new MessageEvent("message", { data: data }));
      });
    }
    terminate() { this.frame.remove(); }
  }
  window.IFrameWorker = window.Worker = IFrameWorker;
}());
