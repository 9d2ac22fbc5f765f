import DataFormats
import Evaluation
import Foundation
import Images
import Testing

@testable import ServedModel

/// The parts that need no server.
@Suite struct WireTests {
  @Test func `events are the same wherever the stream is cut`() {
    let stream = Array(": hello\r\n\r\nevent: x\ndata: {\"a\":\"é\"}\r\n\r\ndata:[DONE]\n\n".utf8)
    let expected: [[UInt8]] = [Array("{\"a\":\"é\"}".utf8), Array("[DONE]".utf8)]
    for first in 0...stream.count {
      for second in first...stream.count {
        var events = EventStream()
        var found: [[UInt8]] = events.feed(stream[..<first])
        found += events.feed(stream[first..<second])
        found += events.feed(stream[second...])
        #expect(found == expected)
      }
    }
  }

  @Test(
    arguments: [
      (["retry-after": "3"], 3.0), (["retry-after": " 0.5 "], 0.5),
      (["retry-after-ms": "250"], 0.25),
      (["retry-after": "Sun, 06 Nov 1994 08:49:47 GMT"], 10),
      (["retry-after": "Sun, 06 Nov 1994 08:00:00 GMT"], 0), (["retry-after": "soon"], nil),
      (["retry-after": "-1"], nil), ([:], nil),
    ] as [([String: String], Double?)])
  func `Retry-After is read in seconds and as a date`(
    _ headers: [String: String], _ seconds: Double?
  ) throws {
    let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
    #expect(RetryAfter.duration(headers, now: now).map { $0 / .seconds(1) } == seconds)
  }

  @Test(arguments: [
    "temperature", "temprature=1", "temperature=hot", "seed=1.5", "max_tokens=0", "seed=1,seed=2",
    "", "chat_template_kwargs.=1",
  ])
  func `settings that cannot be read are refused`(_ text: String) {
    #expect(throws: ServedModelError.self) { try Generation(text) }
  }

  @Test(arguments: ["jpeg", "jpeg:0", "jpeg:101", "resized", "resized:0", "gif", "png:3", ""])
  func `forms of images that there are not are refused`(_ text: String) {
    #expect(throws: ServedModelError.self) { try ImageForm(text) }
  }

  @Test(arguments: [
    "openai:localhost:8000", "openai:", "openai:ftp://a/v1", "openai:http://me:secret@host/v1",
    "openai:http://host/v1?key=secret", "openai:http:///v1",
  ])
  func `addresses that are none are refused without repeating a secret`(_ text: String) throws {
    let error = try #require(throws: ServedModelError.self) { try ServerAddress(text) }
    #expect(text.contains("?key") || !error.message.contains("secret"))
  }

  @Test(arguments: [
    ("openai:http://localhost:8000/v1/", "http://localhost:8000/v1"),
    ("http://[::1]:80/v1", "http://[::1]:80/v1"),
    ("openai:https://host/v1/chat/completions", "https://host/v1"),
  ])
  func `an address may be written in several ways`(_ text: String, _ base: String) throws {
    #expect(try ServerAddress(text).base == base)
  }

  @Test func `a key that leaves the machine is said aloud`() throws {
    #expect(try ServerAddress("http://127.0.0.1:1/v1").keyWarning(true) == nil)
    #expect(try ServerAddress("https://api.example/v1").keyWarning(false) == nil)
    #expect(
      try ServerAddress("https://api.example/v1").keyWarning(true)
        == "the key goes to https://api.example:443")
    #expect(try ServerAddress("http://gpu7/v1").keyWarning(true)?.contains("unencrypted") == true)
  }

  @Test func `images are sent as stored, as PNG with the same pixels, as JPEG, or smaller`() throws
  {
    let pixels = (0..<40 * 20 * 3).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let image = try #require(RGBImage(width: 40, height: 20, pixels: pixels))
    let file = try image.png()
    #expect(try ImageDecoder.decode(file, name: "x").image == image)
    func sent(_ form: String, _ bytes: [UInt8]) throws -> (type: String, bytes: [UInt8]) {
      let address = String(
        decoding: try ImageForm(form).dataAddress(bytes, name: "x"), as: UTF8.self)
      let parts = address.split(separator: ",", maxSplits: 1)
      return (
        String(parts[0]), [UInt8](try #require(Data(base64Encoded: String(parts[1]))))
      )
    }
    let stored = try sent("stored", file)
    #expect(stored.type == "data:image/png;base64" && stored.bytes == file)
    let jpeg = try sent("jpeg:95", file)
    #expect(jpeg.type == "data:image/jpeg;base64")
    let lossy = try ImageDecoder.decode(jpeg.bytes, name: "x").image
    #expect(lossy.width == 40 && lossy.height == 20 && lossy != image)
    let again = try sent("png", jpeg.bytes)
    #expect(try ImageDecoder.decode(again.bytes, name: "x").image == lossy)
    let small = try ImageDecoder.decode(sent("resized:10", file).bytes, name: "x").image
    let expected = try image.resized(width: 10, height: 5)
    #expect(small == expected)
    let kept = try sent("resized:100", file).bytes
    #expect(kept == file)
    #expect(throws: ServedModelError.self) { try sent("stored", Array("BM123".utf8)) }
  }

  @Test func `a reply's content may be a text, parts, null or a refusal`() throws {
    for (json, text) in [
      (#"{"choices":[{"message":{"content":"a"}}]}"#, "a"),
      (#"{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"text":"b"}]}}]}"#, "ab"),
      (#"{"choices":[{"message":{"content":null,"refusal":"I won't"}}]}"#, "I won't"),
      (#"{"choices":[{"message":{"content":null,"reasoning":"r"}}]}"#, ""),
    ] {
      var reply = ChatReply()
      try reply.take(JSONValue.parse(json))
      #expect(reply.text == text && reply.hasChoice)
    }
    var reply = ChatReply()
    #expect(throws: ServedModelError.self) {
      try reply.take(JSONValue.parse(#"{"choices":[{"message":{"content":3}}]}"#))
    }
  }

  @Test func `what a server says is shown in one line, without the key and without controls`() {
    let said = ServerFault(
      status: 401, body: Array("{\"error\":{\"message\":\"bad\\u001b[31m key\\nsk-abcd \"}}".utf8),
      key: "sk-abcd")
    #expect(said.sentence == "bad [31m key (key)")
    let page = ServerFault(status: 502, body: Array("<html><h1>Bad</h1>\n gateway".utf8), key: nil)
    #expect(page.sentence == "Bad gateway")
  }
}
