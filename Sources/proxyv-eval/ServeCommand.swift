import ArgumentParser
import Diagnostics
import Dispatch
import Foundation
import ProxyVModel
import Serving
import Synchronization

/// `serve`: a checkpoint under OpenAI's chat interface.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Offers a checkpoint under OpenAI's chat interface, for other programs' evaluations.",
    discussion: """
      GET /v1/models and POST /v1/chat/completions, streamed or whole. Greedy, one question at \
      a time; questions about the \
      image of the question before are answered from its state. Images are taken as data: \
      addresses only.

      Example: proxyv-eval serve --model CHECKPOINT --port 8080
      """)

  @OptionGroup var modelOptions: ModelOptions
  @Option(name: .long, help: "The port; 0 takes a free one.") var port: UInt16 = 8080
  @Option(
    name: .long, help: "The address to listen at; 0.0.0.0 lets other machines in, without any key.")
  var host = "127.0.0.1"
  @Option(name: .long, help: "What the model is called; default is the folder's name.")
  var servedName: String?
  @Option(name: .long, help: "The largest request, in MB.") var maxBody = 64
  @Option(name: .long, help: "How many questions may wait.") var queue = 256

  func validate() throws {
    guard (1...1024).contains(maxBody) else {
      throw ValidationError("--max-body must be 1 to 1024")
    }
    guard (1...10_000).contains(queue) else { throw ValidationError("--queue must be 1 to 10000") }
    if modelOptions.isServed || modelOptions.model == ModelOptions.tesseract {
      throw ValidationError("serve needs a checkpoint folder")
    }
  }

  func run() throws {
    let model = try VisionLanguageModel.load(
      folder: modelOptions.model, options: modelOptions.loadOptions)
    let folder = URL(fileURLWithPath: modelOptions.model).standardizedFileURL.lastPathComponent
    var settings = ChatServer.Settings(name: servedName ?? folder)
    settings.host = host
    settings.port = port
    settings.bodyLimit = maxBody << 20
    settings.queueLimit = queue
    if !host.hasPrefix("127.") { note("other machines can reach this server, without any key") }
    let server = ChatServer(model, settings: settings)
    let name = settings.name
    let ended = DispatchSemaphore(value: 0)
    let reason = Mutex<String?>(nil)
    Task {
      do {
        try await server.run { address in
          print("\(name) at \(address)")
          fflush(nil)
        }
      } catch {
        reason.withLock { $0 = "\(error.localizedDescription)" }
      }
      ended.signal()
    }
    ended.wait()
    throw ServingFailure(
      message:
        "the server at \(host):\(port) ended: \(reason.withLock { $0 } ?? "no reason given");"
        + " is the port taken?")
  }
}

/// The server could not listen, or listens no more.
struct ServingFailure: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
