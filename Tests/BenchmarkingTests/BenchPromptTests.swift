import Benchmarking
import Testing

@Suite struct BenchPromptTests {
  @Test(arguments: [(0, 50), (1001, 50), (5, 0), (5, 100_001)])
  func absurdSizesAreErrors(crops: Int, textTokens: Int) {
    #expect(throws: BenchmarkingError.self) {
      try BenchPrompt(crops: crops, textTokens: textTokens)
    }
  }

  @Test func atLeastOneTextTokenFollowsTheImage() throws {
    #expect(try BenchPrompt(textTokens: 1).textBeforeImage == 0)
    #expect(try BenchPrompt(textTokens: 50).textBeforeImage == 35)
  }
}
