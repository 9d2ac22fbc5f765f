import Metrics
import Testing

import OCRBaseline

@Suite struct RequestTests {
  @Test(arguments: [
    (.ocrBench(question: "what is written in the image?"), .transcription),
    (.ocrBench(question: "what is the number in the image?"), .transcription),
    (.ocrBench(question: "Please write out the expression of the formula in the image using LaTeX format."), .transcription),
    (.ccPDF(instruction: "<|image|>Recognize text in the image."), .transcription),
    (.ccPDF(instruction: "<|image|>What words are in the picture?"), .transcription),
    (.ccPDF(instruction: "<|image|>Please transcribe the document."), .transcription),
    (.docVQA(question: "What is the total due?"), .question(terms: ["total", "due"])),
    (.docVQA(question: "What is written after \"SUBJECT:\" in the memo?"), .question(terms: ["subject"])),
    (.chartQA(question: "What's O'Neill's share?"), .question(terms: ["what's", "o'neill's", "share"])),
    (
      .ocrBench(question: "what is the value for 'Name of applicant'? Answer this question using the text in the image directly."),
      .question(terms: ["name", "of", "applicant"])
    ),
    (.textVQA(question: "which team?", ocrTokens: ["ROVERS"]), .question(terms: ["team"])),
    (.mme(question: "Is there a dog in this image? Please answer yes or no."), .yesOrNo(terms: ["dog"])),
    (.mme(question: "The image shows a python code. Is the output of the code '8'? Please answer yes or no."), .yesOrNo(terms: ["8"])),
    (.refCOCO(sentence: "red shirt on the left"), .box(terms: ["red", "shirt", "left"])),
    (.ccPDF(instruction: "<|image|>Continue reading the text: <doc> One\nTwo"), .continuation(of: "  One\nTwo")),
    (
      .mmBench(question: "Which?", hint: "Look\nclosely.", options: [("A", "one"), ("B", "two\nlines"), ("C", nil)]),
      .choice(options: [("A", "one"), ("B", "two lines")])
    ),
  ] as [(BenchmarkPrompt, Request)])
  func thePromptsTextDecidesWhatIsAsked(prompt: BenchmarkPrompt, request: Request) {
    #expect(Request(prompt: prompt.context, maximumNewTokens: 128) == request)
  }

  @Test func roomForAPageAsksForThePage() {
    #expect(Request(prompt: "Decipher whatever lies before you.", maximumNewTokens: 2048) == .transcription)
    #expect(Request(prompt: "Decipher whatever lies before you.", maximumNewTokens: 128) != .transcription)
    // But not where the prompt says otherwise: grounding and multiple choice leave room too.
    #expect(Request(prompt: BenchmarkPrompt.refCOCO(sentence: "a: dog").context, maximumNewTokens: 1024) == .box(terms: ["dog"]))
    #expect(Request(prompt: "Look. Continue reading the text: <doc> One", maximumNewTokens: 2048) == .continuation(of: "  One"))
  }
}
