import ProxyVModel
import Testing

/// What int8 weights change on the golden prompts, which `bench agreement` states in figures: over
/// all cases the largest logit error was 0.16 of the largest logit, the mean error 0.054 of the
/// mean logit, and 0.13 in the worst case. The models are tiny, with rows of 64 random weights;
/// nothing averages rounding out there.
@Suite struct Int8AgreementTests {
  @Test(arguments: GoldenModelTests.firstOfEach)
  func logitsStayNearThoseOfBF16Weights(golden: GoldenCase) throws {
    let logits = try [WeightFormat.bf16, .int8].map { format in
      var options = LoadOptions()
      options.weights = format
      return try golden.loadModel(options).answer(
        conversation: golden.expected["prompt"].string(), images: golden.images(),
        maximumNewTokens: 1
      ).generation.prefillLogits
    }
    let errors = zip(logits[1], logits[0]).map { abs($0 - $1) }
    let sizes = logits[0].map { abs($0) }
    let largest = try #require(errors.max()) / #require(sizes.max())
    let mean = errors.reduce(0, +) / sizes.reduce(0, +)
    #expect(largest > 0 && largest < 0.25, "\(golden): largest logit error \(largest)")
    #expect(mean > 0 && mean < 0.2, "\(golden): mean logit error \(mean)")
  }
}
