import ArgumentParser
import Diagnostics

// `--model_args pretrained=PATH,conv_template=vicuna_v1,device_map=auto`
extension LMMsEvalArguments {
  /// In our words.
  ///
  /// - Throws: `ValidationError` for a value that neither lmms-eval nor this program knows.
  mutating func modelArguments(_ text: String) throws -> [String] {
    var options: [String] = []
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw ValidationError("--model_args takes key=value pairs, not \"\(part)\"")
      }
      let (key, value) = (sides[0], sides[1])
      switch key {
      case "pretrained", "model", "model_path", "path": pretrained = value
      case "conv_template", "conv_mode": options += ["--conversation", value]
      case "method": options += ["--method", value]
      case "attn_implementation": options += ["--attention", try attention(value)]
      case "dtype", "torch_dtype": options += try precision(key, value)
      case "load_in_8bit": if try flag(key, value) { options += ["--weights", "int8"] }
      case "load_in_4bit":
        if try flag(key, value) {
          throw ValidationError(
            "--model_args load_in_4bit has no equivalent; --weights int8 is the smallest here")
        }
      default: notes.append("--model_args \(key) has no meaning here and is passed over")
      }
    }
    return options
  }

  /// Flash and scaled-dot-product attention compute what tiled attention computes.
  private func attention(_ value: String) throws -> String {
    let tiled = ["sdpa", "flash_attention_2", "flash_attention_3", "flex_attention", "tiled"]
    if tiled.contains(value) { return "tiled" }
    if value == "eager" { return "eager" }
    throw ValidationError(
      """
      --model_args attn_implementation does not know \"\(value)\"; \
      \(suggestion(for: value, among: ["eager"] + tiled))
      """)
  }

  /// bf16 and f32 are computed in; of any other type it is said what stands in its place.
  private mutating func precision(_ key: String, _ value: String) throws -> [String] {
    switch value {
    case "bfloat16", "bf16": return ["--precision", "bf16"]
    case "float32", "float", "fp32", "f32": return ["--precision", "f32"]
    case "auto":
      notes.append(
        """
        --model_args \(key)=auto: weights stay as they are stored and activations are f32; \
        --precision bf16 rounds them
        """)
      return []
    case "float16", "fp16", "half":
      notes.append(
        """
        --model_args \(key)=\(value) has no equivalent: weights stay as they are stored and \
        activations are f32; --precision bf16 is the rounding that there is
        """)
      return []
    default:
      let known = ["float32", "bfloat16", "float16", "auto"]
      throw ValidationError(
        "--model_args \(key) does not know \"\(value)\"; \(suggestion(for: value, among: known))")
    }
  }

  private func flag(_ key: String, _ value: String) throws -> Bool {
    switch value.lowercased() {
    case "true", "1": return true
    case "false", "0": return false
    default: throw ValidationError("--model_args \(key) is True or False, not \"\(value)\"")
    }
  }
}
