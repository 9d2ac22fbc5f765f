import Diagnostics
import Testing

private struct SampleError: LocatedError {
  var codeName = "sample"
  var message: String
  var location: Location?
  var cause: (any Error)?
}

@Suite struct LocatedErrorTests {
  @Test func aMessageNamesFileThenPlaceThenWhatIsWrong() {
    let error = SampleError(
      message: "the key \"question\" is missing",
      location: Location(file: "val.json", place: "data[3]"))
    #expect(render(error) == "val.json: data[3]: the key \"question\" is missing")
  }

  @Test func causesFollowAfterAColonAndARepeatedFileIsSaidOnce() {
    let inner = SampleError(
      message: "not JSON", location: Location(file: "a.json", place: "line 1"))
    let outer = SampleError(
      message: "the index cannot be read", location: Location(file: "a.json"), cause: inner)
    #expect(render(outer) == "a.json: the index cannot be read: line 1: not JSON")
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [("docvq", "docvqa"), ("Chart-QA", "chartqa"), ("dcovqa", "docvqa")])
  func aMisspeltNameFindsTheOneMeant(name: String, meant: String) {
    #expect(nearestName(to: name, among: ["docvqa", "chartqa", "mme"]) == meant)
  }

  @Test func aForeignNameFindsNoneAndTheListIsShown() {
    #expect(nearestName(to: "imagenet", among: ["docvqa", "mme"]) == nil)
    #expect(suggestion(for: "imagenet", among: ["docvqa", "mme"]) == "known: docvqa, mme")
  }
}
