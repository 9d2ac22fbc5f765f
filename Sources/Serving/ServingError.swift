import DataFormats
import Diagnostics

/// What a request is refused with: a status, and a sentence for whoever sent it.
struct Refusal: Error, Sendable {
  let status: Int
  let message: String
  let type: String
  let code: String?
  /// The member of the request that it is about.
  let parameter: String?
  var retryAfter: Int?

  init(_ status: Int, _ message: String, code: String? = nil, parameter: String? = nil) {
    self.status = status
    self.message = message
    self.code = code
    self.parameter = parameter
    type = status == 429 ? "rate_limit_error" : "invalid_request_error"
  }

  static func unknownModel(_ wanted: String, _ name: String) -> Refusal {
    Refusal(
      404, "the model \"\(wanted)\" does not exist; there is \"\(name)\"", code: "model_not_found",
      parameter: "model")
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
        "message": .string(message), "type": .string(type),
        "param": parameter.map { .string($0) } ?? .null,
        "code": code.map { .string($0) } ?? .null,
      ]
    ]
  }
}
