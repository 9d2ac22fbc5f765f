import Tensor
import Tokenization

/// A prompt laid out as the model computes it: which tokens there are, in which order, with which
/// position ids.
///
/// The packed order is `[vision of all images ; newline per crop ; text]`, whatever the place of
/// the image in the text, and ProxyV layers add `[proxies]`. Masks compare position ids, not places
/// (spec, section 4).
public struct PackedPrompt: Sendable, Equatable {
  /// The marker that stands for an image among the token ids.
  public static let imageMarker = ImagePrompt.imageID

  /// Token ids with ``imageMarker`` once per image, as tokenised.
  public let inputIDs: [Int]
  /// Crops of each image, in the order of the markers.
  public let cropsPerImage: [Int]
  /// Vision tokens of a crop: 576, or what a reduction method keeps.
  public let tokensPerCrop: Int
  /// Proxy tokens of a crop.
  public let proxiesPerCrop: Int

  /// Text tokens without the markers. // [text]
  public let textIDs: [Int]
  public let visionPositions: [Int]  // [crops * tokensPerCrop]
  public let newlinePositions: [Int]  // [crops]
  public let textPositions: [Int]  // [text]
  public let proxyPositions: [Int]  // [crops * proxiesPerCrop]
  /// How many text tokens stand before the end of the last image: they and the image do not depend
  /// on the question.
  public private(set) var prefixTextCount: Int
  /// How many of ``inputIDs`` belong to that prefix.
  public private(set) var prefixIDCount: Int
  /// Whether positions simply count the tokens of text and images in their order, as in LLaVA-1.5
  /// and LLaVA-NeXT.
  public let isSequential: Bool
  /// How many tokens were left out at the end because the tokenizer's length is reached.
  public internal(set) var cutTokenCount = 0

  public var cropCount: Int { newlinePositions.count }
  public var visionCount: Int { visionPositions.count }
  public var textCount: Int { textIDs.count }
  /// Length of the sequence, proxies not counted: what the KV cache holds after prefill.
  public var length: Int { visionCount + cropCount + textCount }
  /// The position id of the first generated token.
  public var nextPosition: Int { length }

  /// Lays out a prompt.
  ///
  /// Walking the prompt with a counter `q`: a text token takes `q`; an image of `c` crops starting
  /// at `q` gives
  /// - vision token `t` of crop `k`: `q + 577 k + t`
  /// - the newline of crop 0: `q + 576`, of crop `k >= 1`: `q + 576 + 577 (k - 1)`. The official
  ///   code forgets one crop here; the released weights were trained with it, so it is kept
  /// - proxy `j` of the image: `q + j`
  /// and the counter goes on at `q + 577 c`.
  public init(inputIDs: [Int], cropsPerImage: [Int], tokensPerCrop: Int, proxiesPerCrop: Int) {
    self.inputIDs = inputIDs
    self.cropsPerImage = cropsPerImage
    self.tokensPerCrop = tokensPerCrop
    self.proxiesPerCrop = proxiesPerCrop
    var text: [Int] = []
    var vision: [Int] = []
    var newlines: [Int] = []
    var textPlaces: [Int] = []
    var proxies: [Int] = []
    var prefixText = 0
    var prefixIDs = 0
    var next = 0
    var image = 0
    for (place, id) in inputIDs.enumerated() {
      guard id == Self.imageMarker else {
        text.append(id)
        textPlaces.append(next)
        next += 1
        continue
      }
      let crops = cropsPerImage[image]
      image += 1
      for crop in 0..<crops {
        let start = next + crop * (tokensPerCrop + 1)
        vision.append(contentsOf: start..<start + tokensPerCrop)
        newlines.append(next + tokensPerCrop + max(0, crop - 1) * (tokensPerCrop + 1))
      }
      proxies.append(contentsOf: next..<next + crops * proxiesPerCrop)
      next += crops * (tokensPerCrop + 1)
      prefixText = text.count
      prefixIDs = place + 1
    }
    isSequential = false
    prefixIDCount = prefixIDs
    textIDs = text
    visionPositions = vision
    newlinePositions = newlines
    textPositions = textPlaces
    proxyPositions = proxies
    prefixTextCount = prefixText
  }

  /// Lays out a prompt of LLaVA-1.5 or LLaVA-NeXT: text, image, text; position ids count on through
  /// all of them.
  ///
  /// - Parameter tokensPerImage: image tokens of each marker, row newlines included
  public init(inputIDs: [Int], tokensPerImage: [Int]) {
    self.inputIDs = inputIDs
    cropsPerImage = tokensPerImage.map { _ in 1 }
    tokensPerCrop = tokensPerImage.first ?? 0
    proxiesPerCrop = 0
    isSequential = true
    newlinePositions = []
    proxyPositions = []
    var text: [Int] = []
    var textPlaces: [Int] = []
    var vision: [Int] = []
    prefixTextCount = 0
    prefixIDCount = 0
    var next = 0
    var image = 0
    for (place, id) in inputIDs.enumerated() {
      if id == Self.imageMarker {
        vision.append(contentsOf: next..<next + tokensPerImage[image])
        next += tokensPerImage[image]
        image += 1
        prefixTextCount = text.count
        prefixIDCount = place + 1
      } else {
        text.append(id)
        textPlaces.append(next)
        next += 1
      }
    }
    textIDs = text
    textPositions = textPlaces
    visionPositions = vision
  }

  /// The same prompt with all of its text in the prefix, for methods in which the question
  /// influences the image tokens.
  var asOnePiece: PackedPrompt {
    var whole = self
    whole.prefixTextCount = textCount
    whole.prefixIDCount = inputIDs.count
    return whole
  }

  /// The position ids in packed order: vision, newlines, text.
  public var positions: [Int] { visionPositions + newlinePositions + textPositions }

  /// The keys of a KV cache that holds vision, newlines and the first `textCount` text tokens, in
  /// that order.
  func cacheSegments(textCount: Int) -> [VisibleKeys.Segment] {
    [
      VisibleKeys.Segment(start: 0, positions: visionPositions),
      VisibleKeys.Segment(start: visionCount, positions: newlinePositions),
      VisibleKeys.Segment(
        start: visionCount + cropCount, positions: Array(textPositions[..<textCount])),
    ]
  }
}
