import DataFormats
import Diagnostics

/// What a request is refused with: a status, and a sentence for whoever sent it.
struct Refusal: Error, Sendable {
  let status: Int
  let message: String
  let type: String
  let code: String?
  var retryAfter: Int?

  init(_ status: Int, _ message: String, code: String? = nil) {
    self.status = status
    self.message = message
    self.code = code
    type = status == 429 ? "rate_limit_error" : "invalid_request_error"
  }

  /// An image or a conversation that the model cannot take.
  init(_ error: any Error) {
    self.init(
      400, render(error), code: (error as? any LocatedError)?.codeName ?? "invalid_request")
  }

  /// As OpenAI's interface words errors.
  var json: JSONValue {
    [
      "error": [
        "message": .string(message), "type": .string(type), "param": nil,
        "code": code.map { .string($0) } ?? .null,
      ]
    ]
  }
}
