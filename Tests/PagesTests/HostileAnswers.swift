/// What models have said, or could say, to whoever shows it without care.
enum HostileAnswers {
  static let texts = [
    "<script>document.title='owned'</script>",
    "</script><img src=x onerror=\"document.title='owned'\">",
    "javascript:document.title='owned'",
    "\u{202E}gnp.exe\u{202C} and \u{200F}marks\u{2066}",
    "=HYPERLINK(\"http://example.org\",\"a formula\")",
    "\u{1B}[31mred\u{1B}[0m \u{1B}]0;title\u{07}",
    "one\u{2028}two\u{2029}three",
    "{{title}} {{{title}}} {{> table}}",
    "&lt;b&gt; &amp; \" ' ` ${1+1}",
    "\u{0}null\u{85}next\u{FEFF}mark",
    "<!--<script>",
    "-->]]></style><style>*{display:none}",
    String(repeating: "long ", count: 200_000),
  ]
}
