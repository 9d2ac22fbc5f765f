import DataFormats
import Foundation
import Testing
import Tokenization

@testable import Serving

/// What is taken from a request, and what is refused in one sentence.
struct ChatQuestionTests {
  private static let picture = "data:image/png;base64,iVBORw0KGgo="

  private func question(
    _ messages: JSONValue, _ more: [(String, JSONValue)] = []
  ) throws(Refusal) -> ChatQuestion {
    var body: JSONValue = ["model": "tiny", "messages": messages]
    if case .object(var members) = body {
      for (name, value) in more { members[name] = value }
      body = .object(members)
    }
    return try ChatQuestion([UInt8](body.text().utf8), model: "tiny")
  }

  private static func user(_ content: JSONValue) -> JSONValue {
    ["role": "user", "content": content]
  }

  private static func image(_ address: String) -> JSONValue {
    ["type": "image_url", "image_url": ["url": .string(address), "detail": "low"]]
  }

  private static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

  @Test func `the images' markers come before the text, wherever the parts stand`() throws {
    for parts: JSONValue in [
      [Self.text("What?"), Self.image(Self.picture)],
      [Self.image(Self.picture), Self.text("What?")],
    ] {
      let asked = try question([Self.user(parts)])
      #expect(asked.turns == [.init(.user, "<image>\nWhat?")] && asked.images.count == 1)
    }
    let vicuna = try ConversationTemplate.named("vicuna_v1")
    let asked = try question([Self.user([Self.image(Self.picture), Self.text("What?")])])
    #expect(
      try asked.conversation(in: vicuna)
        == vicuna.prompt(for: ImagePrompt.message("What?", imageCount: 1)))
  }

  @Test func `turns and a system text are those of the template`() throws {
    let asked = try question([
      ["role": "system", "content": "Be short."],
      Self.user([Self.image(Self.picture), Self.text("One?")]),
      ["role": "assistant", "content": [Self.text("Yes")]], Self.user("Two?"),
    ])
    let vicuna = try ConversationTemplate.named("vicuna_v1")
    #expect(
      try asked.conversation(in: vicuna)
        == "Be short. USER: <image>\nOne? ASSISTANT: Yes</s>USER: Two? ASSISTANT:")
    let mistral = try ConversationTemplate.named("mistral_instruct")
    let error = try #require(throws: TokenizationError.self) {
      try asked.conversation(in: mistral)
    }
    #expect(error.message.contains("no place for a system text"))
  }

  @Test(
    arguments: [
      [user("a"), user("b")], [["role": "assistant", "content": "a"]],
      [["role": "system", "content": "a"]], [["role": "tool", "content": "a"]],
      [["role": "system", "content": "a"], ["role": "system", "content": "b"], user("c")],
      [user("")], [user(nil)], [user([["type": "input_audio"]])], [user("a <image> b")],
      [["role": "system", "content": [image(picture)]], user("b")], [],
    ] as [[JSONValue]])
  func `messages that are no conversation are refused`(_ messages: [JSONValue]) {
    let refusal = #expect(throws: Refusal.self) { try question(.array(messages)) }
    #expect(refusal?.status == 400)
  }

  /// What other suites' clients send beside the messages: lmms-eval's `openai` model, VLMEvalKit's
  /// `OpenAIWrapper` and `LMDeployAPI`, the official Python client.
  @Test(
    arguments: [
      [("max_tokens", 1024), ("temperature", 0), ("top_p", 1.0), ("seed", 1), ("n", 1)],
      [("max_tokens", 2048), ("temperature", 0.0), ("n", 1), ("presence_penalty", 0)],
      [("max_tokens", 16384), ("temperature", 0.0), ("n", 1)],
      [
        ("max_completion_tokens", 16), ("response_format", ["type": "text"]),
        ("reasoning_effort", "medium"),
      ],
      [
        ("chat_template_kwargs", ["enable_thinking": false]), ("stop", nil), ("tools", []),
        ("logprobs", false), ("stream_options", nil), ("user", "me"), ("extra", 1),
      ],
    ] as [[(String, JSONValue)]])
  func `what changes nothing is taken`(_ members: [(String, JSONValue)]) throws {
    let asked = try question([Self.user("a")], members)
    #expect(!asked.streams)
  }

  @Test(
    arguments: [
      ("temperature", 0.7), ("temperature", "0"), ("n", 2), ("n", "1"), ("stop", ["a"]),
      ("stop", "a"), ("logprobs", true), ("top_logprobs", 5), ("repetition_penalty", 1.2),
      ("response_format", ["type": "json_object"]), ("tools", [["type": "function"]]),
      ("max_tokens", 0), ("max_tokens", "8"), ("max_completion_tokens", 100_000),
      ("stream", "yes"), ("use_beam_search", true),
    ] as [(String, JSONValue)])
  func `what would change the answer is refused by its name`(
    _ name: String, _ value: JSONValue
  ) throws {
    let refusal = try #require(throws: Refusal.self) {
      try question([Self.user("a")], [(name, value)])
    }
    #expect(refusal.status == 400 && refusal.parameter == name)
    #expect(refusal.message.contains(name))
  }

  @Test(arguments: [
    "data:image/jpeg;base64,iVBORw0KGgo=", "data:image/png;name=a.png;base64,iVBORw0KGgo=",
    "DATA:image/png;BASE64,iVBORw0KGgo=", "data:;base64,iVBORw0KGgo=",
    "data:image/png;base64,iVBO\nRw0K\r\nGgo=\n", "data:image/png;base64,iVBORw0KGgo",
  ])
  func `data addresses are read as they are written`(_ address: String) throws {
    let asked = try question([Self.user([Self.image(address)])])
    #expect(asked.images.map(\.bytes) == [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]])
  }

  @Test(arguments: [
    "file:///etc/passwd", "http://127.0.0.1/a.png", "", "a.png", "data:image/png,abc",
    "data:image/png;base64", "data:image/png;base64,a", "data:image/png;base64,%%%%",
  ])
  func `other addresses are refused`(_ address: String) {
    #expect(throws: Refusal.self) { try question([Self.user([Self.image(address)])]) }
  }
}
