import Benchmarks
import Diagnostics
import Evaluation
import Testing

@Suite struct TaskNamesTests {
  @Test(arguments: ["", ",", " , ,", " "]) func `an empty list names nothing`(text: String) {
    for read in [
      { _ = try TaskNames.one(text) }, { _ = try TaskNames.benchmarks([text]) },
      { _ = try TaskNames.benchmarks([]) },
    ] as [() throws -> Void] {
      #expect {
        try read()
      } throws: { error in
        render(error).contains("no benchmark is named; `list` shows them")
      }
    }
  }

  @Test(arguments: ["all", "docvqa,all", "docvqa,chartqa", "ALL"])
  func `several are not one`(text: String) {
    #expect {
      try TaskNames.one(text)
    } throws: { error in
      render(error).contains("is not one benchmark")
    }
  }

  @Test(arguments: ["docvqa", "DocVQA", "docvqa_val", "docvqa,", " docvqa "])
  func `one is one`(text: String) throws {
    #expect(try TaskNames.one(text).name == "docvqa")
  }

  @Test func `all may stand anywhere`() throws {
    #expect(TaskNames.isAll(["docvqa,all"]) && TaskNames.isAll(["docvqa", "All"]))
    #expect(!TaskNames.isAll(["docvqa,chartqa"]) && !TaskNames.isAll([]))
    #expect(
      try TaskNames.benchmarks(["chartqa,all"]).count == BenchmarkRegistry.all.count)
  }
}
