// Recalculates workbooks with HyperFormula. One line of JSON in, one out:
//   {"names": {name: formula}, "sheets": {title: [[cell, …], …]}}  →  {title: [[result, …], …]}
// A cell is null, a number, a boolean, {"f": "formula without ="} or {"t": "text"}. An error result is {"error": "#VALUE!"}.
import {createInterface} from 'node:readline'
import {FunctionArgumentType, FunctionPlugin, HyperFormula, SimpleRangeValue} from 'hyperformula'

const HALF = new Map([['　', ' '], ['￥', '\\'], ['゛', 'ﾞ'], ['゜', 'ﾟ']])
for (let code = 0xff01; code < 0xff5f; code++) HALF.set(String.fromCharCode(code), String.fromCharCode(code - 0xfee0))
for (let code = 0xff61; code < 0xff9e; code++) {
  const half = String.fromCharCode(code)
  const wide = half.normalize('NFKC')
  HALF.set(wide, half)
  for (const [combining, mark] of [['\u3099', 'ﾞ'], ['\u309a', 'ﾟ']]) {
    const voiced = (wide + combining).normalize('NFC')
    if (voiced.length === 1) HALF.set(voiced, half + mark)
  }
}

/** A number in one section of a format (#,##0.00 or 00, a sign before it), halves away from zero as Excel rounds. */
function section(number, format) {
  const [, sign, whole, fraction = ''] = /^([+-]?)([#,0]+)(?:\.(0+))?$/.exec(format)
  const [integer, decimals = ''] = plain(Math.abs(number)).split('.')
  const kept = BigInt(integer + decimals.padEnd(fraction.length, '0').slice(0, fraction.length))
  const rounded = kept + (decimals[fraction.length] >= '5' ? 1n : 0n)
  const digits = rounded.toString().padStart(Math.max(whole.replaceAll(/[#,]/g, '').length, 1) + fraction.length, '0')
  const split = digits.length - fraction.length
  const grouped = whole.includes(',') ? digits.slice(0, split).replaceAll(/(?<=\d)(?=(\d{3})+$)/g, ',') : digits.slice(0, split)
  return sign + grouped + (fraction ? '.' + digits.slice(split) : '')
}

/** A number without exponent, of the 15 digits Excel keeps. */
function plain(number) {
  const [mantissa, exponent] = number.toExponential(14).split('e')
  const digits = mantissa.replace('.', '')
  const point = Number(exponent) + 1
  if (point <= 0) return '0.' + '0'.repeat(-point) + digits
  return digits.slice(0, point).padEnd(point, '0') + '.' + digits.slice(point)
}

function formatted(number, format) {
  const sections = format.split(';')
  if (sections.length === 1) return (number < 0 && /[1-9]/.test(section(number, format)) ? '-' : '') + section(number, format)
  return section(number, sections[number > 0 ? 0 : number < 0 ? 1 : 2])
}

/**
 * ASC (full-width ASCII and katakana in half width), which HyperFormula lacks, TEXT, which it has without separators, and ROW,
 * which gives it the first row of a range alone.
 */
class Japanese extends FunctionPlugin {
  asc(ast, state) {
    return this.runFunction(ast.args, state, this.metadata('ASC'), text =>
      [...text].map(character => HALF.get(character) ?? character).join(''))
  }

  row(ast, state) {
    const [{start, end = start, reference = start}] = ast.args
    const first = reference.toSimpleCellAddress(state.formulaAddress).row + 1
    const last = end ? end.toSimpleCellAddress(state.formulaAddress).row + 1 : first
    if (first === last) return first
    return SimpleRangeValue.onlyNumbers(Array.from({length: last - first + 1}, (_, at) => [first + at]))
  }

  text(ast, state) {
    return this.runFunction(ast.args, state, this.metadata('TEXT'), formatted)
  }
}
Japanese.implementedFunctions = {
  ROW: {method: 'row', parameters: [{argumentType: FunctionArgumentType.NOERROR}], doesNotNeedArgumentsToBeComputed: true},
  ASC: {method: 'asc', parameters: [{argumentType: FunctionArgumentType.STRING}]},
  TEXT: {method: 'text', parameters: [{argumentType: FunctionArgumentType.NUMBER}, {argumentType: FunctionArgumentType.STRING}]},
}
HyperFormula.registerFunctionPlugin(Japanese, {enGB: {ASC: 'ASC', ROW: 'ROW', TEXT: 'TEXT'}})

const SETTINGS = {
  licenseKey: 'gpl-v3', arrayColumnSeparator: ',', arrayRowSeparator: ';', evaluateNullToZero: true, useArrayArithmetic: true, maxRows: 5000,
}

function content(cell) {
  if (cell === null || typeof cell !== 'object') return cell
  return 'f' in cell ? '=' + cell.f.replaceAll('_xlfn.', '') : "'" + cell.t
}

function result(value) {
  return value && typeof value === 'object' ? {error: value.value ?? String(value.type)} : value
}

function contents(sheets) {
  return Object.fromEntries(Object.entries(sheets).map(([title, rows]) => [title, rows.map(row => row.map(content))]))
}

function build(names, grids) {
  const expressions = Object.entries(names).map(([name, formula]) => ({name, expression: '=' + formula}))
  return HyperFormula.buildFromSheets(grids, SETTINGS, expressions)
}

/** The cells that distinguish a workbook from another: [title, row, column, content]. */
function differences(before, after) {
  const changed = []
  for (const [title, rows] of Object.entries(after)) {
    const height = Math.max(rows.length, before[title].length)
    for (let row = 0; row < height; row++) {
      const [old, now] = [before[title][row] ?? [], rows[row] ?? []]
      for (let col = 0; col < Math.max(old.length, now.length); col++) {
        if ((old[col] ?? null) !== (now[col] ?? null)) changed.push([title, row, col, now[col] ?? null])
      }
    }
  }
  return changed
}

const FEW_FORMULAS = 50
const isFormula = text => typeof text === 'string' && text.startsWith('=')
let engine = null, held = {outline: '', grids: {}}

/** Building an engine takes a second: it is kept for workbooks with the same worksheets and, but for a few, the same formulas. */
function recalculate({names, sheets}) {
  const grids = contents(sheets)
  const outline = JSON.stringify([names, Object.keys(sheets)])
  const changed = outline === held.outline ? differences(held.grids, grids) : null
  if (changed && changed.filter(([, , , now]) => isFormula(now)).length <= FEW_FORMULAS) {
    engine.batch(() => changed.forEach(([title, row, col, now]) => engine.setCellContents({sheet: engine.getSheetId(title), row, col}, now)))
  } else {
    engine?.destroy()
    engine = build(names, grids)
  }
  held = {outline, grids}
  return Object.fromEntries(Object.keys(sheets).map(title =>
    [title, engine.getSheetValues(engine.getSheetId(title)).map(row => row.map(result))]))
}

for await (const line of createInterface({input: process.stdin})) {
  process.stdout.write(JSON.stringify(recalculate(JSON.parse(line))) + '\n')
}
