import Testing

@testable import Pages

struct RuleKindTests {
  @Test(arguments: [
    ("distance 2 of 8", "distance n of n"),
    ("IoU 0.43219, below 0.5", "IoU n, below n"),
    ("IoU -1.5e-07, at least 0.5", "IoU n, at least n"),
    ("contains \"7 dogs\" of 3", "contains \"…\" of n"),
    ("contains \"a \"quoted\" word\"", "contains \"…\""),
    ("one \" is no quotation", "one \" is no quotation"),
    ("texts equal", "texts equal"), ("", ""),
  ])
  func `numbers and quotations vary, the kind does not`(rule: String, kind: String) {
    #expect(RuleKind.of(rule) == kind)
  }
}
