import Testing

@testable import Metrics

struct BoxPlaceTests {
  @Test(arguments: [
    ("[0.1, 0.2, 0.5, 0.6]", Profile.lmmsEval, [0.1, 0.2, 0.5, 0.6]),
    ("[0.1, 0.2, 0.5, 0.6]", .vlmEvalKit, [0.1, 0.2, 0.5, 0.6]),
    // Thousandths, then pixels.
    ("100 200 500 600", .vlmEvalKit, [0.1, 0.2, 0.5, 0.6]),
    ("[200, 100, 2000, 1000]", .vlmEvalKit, [0.1, 0.1, 1, 1]),
  ])
  func `a box is drawn where its evaluator takes it to be`(
    answer: String, profile: Profile, place: [Double]
  ) throws {
    let box = try #require(
      BoxIoU.place(
        prediction: answer, image: ImageSize(width: 2000, height: 1000), profile: profile))
    for (a, b) in zip(box.numbers, place) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func `a box in a padded square is brought back to the image`() throws {
    let box = try #require(
      BoxIoU.place(
        prediction: "[0, 0.25, 1, 0.75]", image: ImageSize(width: 200, height: 100),
        profile: .lmmsEval, space: .paddedSquare))
    #expect(box.numbers == [0, 0, 1, 1])
  }

  @Test func `no box is nowhere`() {
    let image = ImageSize(width: 2, height: 2)
    #expect(BoxIoU.place(prediction: "left", image: image, profile: .lmmsEval) == nil)
    #expect(BoxIoU.place(prediction: "left", image: image, profile: .vlmEvalKit) == nil)
  }
}
