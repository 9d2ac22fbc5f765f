import ArgumentParser
import DataFormats
import Tokenization

/// `tokenize`: texts to ids and back, line by line.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Tokenizes JSON Lines {\"text\": ...} from standard input.",
    discussion: """
      Prints {"ids": ..., "decoded_skip": ..., "decoded_all": ...} per line: the ids with the \
      special tokens that the model's \
      tokenizer adds, and their text without and with special tokens. With {"prompt": ...} \
      instead of {"text": ...}, <image> \
      stands for an image: it gives -200, and the pieces around it are encoded one by one.

      Example: proxyv-eval tokenize --model CHECKPOINT
      """)

  @Option(name: .long, help: "The checkpoint folder that holds the tokenizer.") var model: String

  func run() throws {
    let tokenizer = try TokenizerLoader.load(folder: model)
    try forEachJSONLine { node in
      let isPrompt = try node.optional("prompt") != nil
      print(
        try TokenizeReport.json(
          text: try node[isPrompt ? "prompt" : "text"].string(), isPrompt: isPrompt,
          tokenizer: tokenizer
        ).text())
    }
  }
}
