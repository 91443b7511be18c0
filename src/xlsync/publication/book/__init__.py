"""The published sheets as PDF books, each sheet as the official page: pages by LibreOffice, put together by pypdf."""
