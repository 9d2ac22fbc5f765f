// One question about one image, without a benchmark around it.
//
//   swift run answer-a-question CHECKPOINT page.png "What is the date?"

import Foundation
import ProxyVModel

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
  print("usage: answer-a-question CHECKPOINT IMAGE QUESTION")
  exit(2)
}
let model = try VisionLanguageModel.load(folder: arguments[1], options: LoadOptions())
let image = [UInt8](try Data(contentsOf: URL(fileURLWithPath: arguments[2])))
let report = try model.answer(
  conversation: model.conversation(question: arguments[3], imageCount: 1),
  images: [(name: arguments[2], bytes: image)], maximumNewTokens: 64)
print(report.decoded)
