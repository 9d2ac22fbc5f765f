import Foundation

/// The prompt template that a checkpoint was trained on (model.md, section 7.1).
public enum ConversationFamily: String, Sendable, Hashable, CaseIterable {
  case vicuna = "v1"
  case llama3 = "llava_llama_3"
  case qwen = "qwen_1_5"
  case phi3 = "phi3_instruct"
  case internlm2
  case mistral = "mistral_instruct"

  /// Vicuna and Llama-3 share a model type; their tokenizers tell them apart.
  init(folder: String, configuration: ModelConfiguration) throws {
    switch configuration.family {
    case .qwen2: self = .qwen
    case .phi3: self = .phi3
    case .internlm2: self = .internlm2
    case .llama where configuration.isMistral: self = .mistral
    case .llama:
      let marker = Data("<|start_header_id|>".utf8)
      let hasMarker = ["tokenizer_config.json", "tokenizer.json"].contains { name in
        let data = try? Data(
          contentsOf: URL(fileURLWithPath: folder + "/" + name), options: .mappedIfSafe)
        return data?.range(of: marker) != nil
      }
      self = hasMarker ? .llama3 : .vicuna
    }
  }
}
