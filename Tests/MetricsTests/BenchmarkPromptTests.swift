import Metrics
import Testing

@Suite struct BenchmarkPromptTests {
  @Test(
    arguments: [
      (.docVQA(question: " Who? "), " Who? \nAnswer the question using a single word or phrase."),
      (.chartQA(question: "How many?"), "How many?\nAnswer the question with a single word."),
      (
        .textVQA(question: "what is NASA"),
        "What is nasa\nAnswer the question using a single word or phrase."
      ),
      (
        .textVQA(question: "who?", ocrTokens: ["A", "b c"]),
        "Who?\nReference OCR token: A, b c\nAnswer the question using a single word or phrase."
      ),
      (.ocrBench(question: "\n what? \u{A0}"), "what?"),
      (
        .mme(question: "Is it? Please answer yes or no. "),
        "Is it?\nAnswer the question using a single word or phrase."
      ),
      (
        .mme(question: "Is it?Please answer yes or no."),
        "Is it?Please answer yes or no.\nAnswer the question using a single word or phrase."
      ),
      (.ccPDF(instruction: "<|image|>Parse texts in the image."), "Parse texts in the image."),
    ] as [(BenchmarkPrompt, String)])
  func everyBenchmarkHasItsOwnWords(prompt: BenchmarkPrompt, context: String) {
    #expect(prompt.context == context)
  }

  @Test func multipleChoiceSkipsWhatIsMissingAndLeavesABlankLine() {
    let options: [(letter: String, text: String?)] = [
      ("A", "one"), ("B", nil), ("C", "nan"), ("D", ""), ("E", "two"),
    ]
    let suffix = "\n\nAnswer with the option's letter from the given choices directly."
    #expect(
      BenchmarkPrompt.mmBench(question: "Which?", hint: "Look.", options: options).context
        == "Look. Which? There are several options:\nA. one\nE. two" + suffix)
    #expect(
      BenchmarkPrompt.mmBench(question: "Which?", hint: "nan", options: []).context
        == "Which? There are several options:" + suffix)
  }

  @Test func theImageIsMarkedOnce() {
    let vicuna = BenchmarkPrompt.conversation("Who?", template: .vicuna)
    #expect(vicuna.hasSuffix("USER: <image>\nWho? ASSISTANT:"))
    #expect(
      BenchmarkPrompt.conversation("See <image> here", template: .vicuna).hasSuffix(
        "USER: See <image> here ASSISTANT:"))
    #expect(
      BenchmarkPrompt.conversation("Who?", template: .qwen)
        == "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        + "<|im_start|>user\n<image>\nWho?<|im_end|>\n<|im_start|>assistant\n"
    )
  }
}
