import Benchmarks
import Evaluation
import Foundation
import Metrics
import OCRBaseline
import TestSupport
import Testing

@Suite struct RequestTests {
  @Test(
    arguments: [
      (.ocrBench(question: "what is written in the image?"), .transcription(ofPage: false)),
      (.ocrBench(question: "what is the number in the image?"), .transcription(ofPage: false)),
      (
        .ocrBench(
          question:
            "Please write out the expression of the formula in the image using LaTeX format."),
        .transcription(ofPage: false)
      ),
      (.ccPDF(instruction: "<|image|>Recognize text in the image."), .transcription(ofPage: false)),
      (
        .ccPDF(instruction: "<|image|>What words are in the picture?"),
        .transcription(ofPage: false)
      ),
      (
        .ccPDF(instruction: "<|image|>Please transcribe the document."),
        .transcription(ofPage: false)
      ),
      (.docVQA(question: "What is the total due?"), .question(terms: ["total", "due"])),
      (
        .docVQA(question: "What is written after \"SUBJECT:\" in the memo?"),
        .question(terms: ["subject"])
      ),
      (
        .chartQA(question: "What's O'Neill's share?"),
        .question(terms: ["what's", "o'neill's", "share"])
      ),
      (
        .ocrBench(
          question:
            """
            what is the value for 'Name of applicant'? Answer this question using the text in \
            the image directly.
            """
        ),
        .question(terms: ["name", "of", "applicant"])
      ),
      (.textVQA(question: "which team?", ocrTokens: ["ROVERS"]), .question(terms: ["team"])),
      (
        .mme(question: "Is there a dog in this image? Please answer yes or no."),
        .yesOrNo(terms: ["dog"])
      ),
      (
        .mme(
          question:
            "The image shows a python code. Is the output of the code '8'? Please answer yes or no."
        ), .yesOrNo(terms: ["8"])
      ),
      (.refCOCO(sentence: "red shirt on the left"), .box(terms: ["red", "shirt", "left"])),
      (
        .ccPDF(instruction: "<|image|>Continue reading the text: <doc> One\nTwo"),
        .continuation(of: "  One\nTwo")
      ),
      (
        .mmBench(
          question: "Which?", hint: "Look\nclosely.",
          options: [("A", "one"), ("B", "two\nlines"), ("C", nil)]),
        .choice(options: [("A", "one"), ("B", "two lines")])
      ),
    ] as [(BenchmarkPrompt, Request)])
  func thePromptsTextDecidesWhatIsAsked(prompt: BenchmarkPrompt, request: Request) {
    #expect(Request(prompt: prompt.context, maximumNewTokens: 128) == request)
  }

  @Test func roomForAPageAsksForThePage() {
    #expect(
      Request(prompt: "Decipher whatever lies before you.", maximumNewTokens: 2048)
        == .transcription(ofPage: true))
    #expect(
      Request(prompt: "Decipher whatever lies before you.", maximumNewTokens: 128)
        == .question(terms: ["decipher", "whatever", "lies", "before"]))
    #expect(
      Request(
        prompt: BenchmarkPrompt.textVQA(question: "which team?").context, maximumNewTokens: 1024)
        == .question(terms: ["team"]))
    #expect(
      Request(
        prompt: BenchmarkPrompt.textVQA(question: "what is written?").context,
        maximumNewTokens: 1024) == .transcription(ofPage: false))
    // Nor where it says otherwise: grounding and multiple choice leave room too.
    #expect(
      Request(prompt: BenchmarkPrompt.refCOCO(sentence: "a: dog").context, maximumNewTokens: 1024)
        == .box(terms: ["dog"]))
    #expect(
      Request(prompt: "Look. Continue reading the text: <doc> One", maximumNewTokens: 2048)
        == .continuation(of: "  One"))
  }

  /// The benchmarks of which there are embedded samples.
  private static let embedded = BenchmarkRegistry.all.map(\.name).filter {
    FileManager.default.fileExists(atPath: TestMaterial.project + "/Samples/\($0)")
  }

  /// The prompts with the limits that the benchmarks really set.
  @Test(arguments: embedded)
  func everyEmbeddedQuestionIsTakenForWhatItIs(name: String) throws {
    let benchmark = try BenchmarkRegistry.named(name)
    for sample in try OpenedData(benchmark, path: TestMaterial.project + "/Samples").samples {
      let prompt = benchmark.prompt(for: sample)
      let request = Request(prompt: prompt.text, maximumNewTokens: prompt.maximumNewTokens)
      switch (name, request) {
      case ("mmbench", .choice), ("refcoco", .box), ("mme", .yesOrNo),
        ("ccpdf", .transcription(ofPage: true)), ("ccpdf", .continuation):
        break
      case ("docvqa", .question), ("infovqa", .question), ("chartqa", .question),
        ("stvqa", .question),
        ("chartqa", .yesOrNo):
        break
      case ("textvqa", .question), ("textvqa", .yesOrNo),
        ("textvqa", .transcription(ofPage: false)):
        break
      case ("ocrbench", .question), ("ocrbench", .transcription(ofPage: false)): break
      case ("seedbench", .choice), ("mmstar", .choice), ("scienceqa", .choice), ("ai2d", .choice),
        ("mmmu", .choice), ("mmmu", .question), ("realworldqa", .choice),
        ("realworldqa", .question), ("realworldqa", .yesOrNo), ("pope", .yesOrNo),
        ("gqa", .yesOrNo), ("gqa", .question):
        break
      default:
        Issue.record(
          """
          \(name), \(sample.id): \(prompt.text) is taken for \(request); where that is right, add \
          a case
          """)
      }
    }
  }
}
