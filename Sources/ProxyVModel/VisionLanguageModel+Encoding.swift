import Checkpoints
import Images
import Tensor
import Tokenization

extension VisionLanguageModel {
  /// Features of the images of one prompt, in the order of their markers.
  public struct EncodedImages: Sendable {
    public let cropsPerImage: [Int]
    /// Image tokens of each image: those of its crops, and in LLaVA-NeXT's packing the row newlines
    /// among them.
    public let tokensPerImage: [Int]
    /// Projected features. // [image tokens, hidden]
    let features: Matrix

    /// The features, which are kept nowhere else then.
    consuming func givenFeatures() -> Matrix { features }

    /// A prompt without images.
    static func none(hidden: Int) -> EncodedImages {
      EncodedImages(
        cropsPerImage: [], tokensPerImage: [], features: Matrix(rows: 0, columns: hidden))
    }
  }

  /// Runs the vision tower, the reduction where there is one, and the projector over all crops
  /// together.
  ///
  /// - Throws: ``ModelError`` `too-many-crops` where the images together give more crops than the
  ///   checkpoint was made for: the official code then computes garbage or fails.
  public func encode(
    _ images: [PreprocessedImage], recorder: ActivationRecorder? = nil
  ) throws -> EncodedImages {
    let crops = images.map(\.crops.count)
    let total = crops.reduce(0, +)
    if total > configuration.maxCrops {
      throw ModelError(
        .tooManyCrops,
        """
        the images give \(total) crops together but this checkpoint takes at most \
        \(configuration.maxCrops) (max_num_image_crops); use another --aspect or fewer images
        """)
    }
    if images.isEmpty { return .none(hidden: configuration.hiddenSize) }
    var (clip, selections) = visionFeatures(
      pixels: images.flatMap(\.pixelValues), recorder: recorder)
    let features = projector(clip, compute: compute)
    if let recorder {
      let kept = recorder.rows.visionTokens.filter { $0 < tokensPerCrop }
      let rows = (0..<total).flatMap { crop in kept.map { crop * tokensPerCrop + $0 } }
      clip = clip.gathered(rows)
      recorder.record(clip, to: "clip_features", shape: [total, kept.count, clip.columns])
      recorder.record(
        features.gathered(rows), to: "projected_features",
        shape: [total, kept.count, features.columns])
    }
    guard packing == .spatialUnpad else {
      return EncodedImages(
        cropsPerImage: crops, tokensPerImage: crops.map { $0 * tokensPerCrop }, features: features)
    }
    return unpadded(features, images: images, selections: selections, recorder: recorder)
  }

  /// The tower's features, or what the reduction makes of them and chose in each crop. // [crops *
  /// tokensPerCrop, D]
  private func visionFeatures(
    pixels: [Float], recorder: ActivationRecorder?
  ) -> (Matrix, [VisionZip.Selection]) {
    let last = tower.lastLayer(pixels: pixels, compute: compute)
    guard let reduction else {
      return (CLIPVisionTower.patches(of: last.tokens, perCrop: tower.configuration.patchCount), [])
    }
    let (tokens, selections) = reduction(last, headDimension: tower.configuration.headSize)
    recorder?.recordSelections(selections)
    // Class attention over a crop's tokens, and a similarity for each merged token and target.
    for selection in selections {
      let pairs = selection.merged.count * selection.targets.count
      compute.operations.add(
        (selection.attention.count + 1) * tokens.columns + pairs * tower.configuration.headSize)
    }
    return (tokens, selections)
  }

  /// LLaVA-NeXT's order of an image's tokens: the base crop, then the tiles' grid without its
  /// padding, row by row with a newline after each; or, after a reduction, the reduced tokens in
  /// its own order (spec, sections 4.6 and 6.1).
  private func unpadded(
    _ features: Matrix, images: [PreprocessedImage], selections: [VisionZip.Selection],
    recorder: ActivationRecorder?
  ) -> EncodedImages {
    var parts: [Matrix] = []
    var counts: [Int] = []
    let newlineRow = Matrix(
      rows: newline.isEmpty ? 0 : 1, columns: features.columns, values: newline)
    var start = 0
    for image in images {
      let crops = image.crops.count
      let own = features[rows: start * tokensPerCrop..<(start + crops) * tokensPerCrop]
      let chosen = reduction == nil ? [] : Array(selections[start..<start + crops])
      start += crops
      var rows = Matrix(rows: 0, columns: features.columns)
      rows.append(own[rows: 0..<min(own.rows, tokensPerCrop)])
      if let geometry = image.geometry, crops > 1, reduction == nil {
        let side = Int(Double(tokensPerCrop).squareRoot())
        let unpadded = UnpaddedGrid(
          width: image.originalSize.width, height: image.originalSize.height,
          columns: geometry.grid.columns * side,
          rows: geometry.grid.rows * side)
        for row in unpadded.keptRows {
          let places = unpadded.keptColumns.map { column -> Int in
            let tile = 1 + row / side * geometry.grid.columns + column / side
            return tile * tokensPerCrop + row % side * side + column % side
          }
          rows.append(own.gathered(places))
          rows.append(newlineRow)
        }
      } else if let geometry = image.geometry, crops > 1, let reduction {
        let order = reduction.nextOrder(
          chosen, columns: geometry.grid.columns, patchesPerSide: tower.configuration.patchesPerSide
        )
        rows = own.gathered(order)
        recorder?.record(
          Matrix(rows: 1, columns: order.count, values: order.map(Float.init)),
          to: "llava_next_restore_order", shape: [order.count])
      } else if crops > 1 {
        rows.append(own[rows: tokensPerCrop..<own.rows])
      } else {
        rows.append(newlineRow)
      }
      parts.append(rows)
      counts.append(rows.rows)
    }
    return EncodedImages(
      cropsPerImage: images.map(\.crops.count), tokensPerImage: counts, features: .stacked(parts))
  }

  /// Token ids of a whole conversation text, ``PackedPrompt/imageMarker`` for each `<image>`, laid
  /// out for these images.
  ///
  /// Text beyond what `tokenizer_model_max_length` leaves beside the image is cut off at the end
  /// (spec, section 4.5).
  /// - Throws: ``ModelError`` where the number of `<image>` markers is not the number of images, or
  ///   no room is left for text.
  public func layout(conversation: String, images: EncodedImages) throws -> PackedPrompt {
    try layout(inputIDs: inputIDs(conversation: conversation), images: images)
  }

  /// Token ids of a whole conversation text, ``PackedPrompt/imageMarker`` for each `<image>`.
  public func inputIDs(conversation: String) throws -> [Int] {
    try ImagePrompt.encode(conversation, with: tokenizer)
  }

  /// Token ids, ``PackedPrompt/imageMarker`` for each image, laid out as
  /// ``layout(conversation:images:)`` does.
  public func layout(inputIDs: [Int], images: EncodedImages) throws -> PackedPrompt {
    var ids = inputIDs
    let markers = ids.count { $0 == PackedPrompt.imageMarker }
    guard markers == images.cropsPerImage.count else {
      throw ModelError(
        .imageCountMismatch,
        """
        the prompt has \(markers) <image> markers but \(images.cropsPerImage.count) images were \
        given
        """
      )
    }
    let crops = images.cropsPerImage.reduce(0, +)
    let imageTokens = images.tokensPerImage.reduce(0, +) + (packing == .grouped ? crops : 0)
    let limit = configuration.maxTokens ?? Int.max
    guard imageTokens < limit else {
      throw ModelError(
        .promptTooLong,
        "\(crops) crops leave no room for text within tokenizer_model_max_length \(limit)")
    }
    var excess = ids.count - markers - (limit - imageTokens)
    let cut = max(0, excess)
    while excess > 0, let last = ids.lastIndex(where: { $0 != PackedPrompt.imageMarker }) {
      ids.remove(at: last)
      excess -= 1
    }
    var prompt =
      packing == .grouped
      ? PackedPrompt(
        inputIDs: ids, cropsPerImage: images.cropsPerImage, tokensPerCrop: tokensPerCrop,
        proxiesPerCrop: proxiesPerCrop)
      : PackedPrompt(inputIDs: ids, tokensPerImage: images.tokensPerImage)
    prompt.cutTokenCount = cut
    return method.prefixRefusal == nil || markers == 0 ? prompt : prompt.asOnePiece
  }
}

/// Which rows and columns of a tile grid hold the image and not the padding around it (LLaVA-NeXT's
/// `unpad_image`).
struct UnpaddedGrid: Equatable {
  let keptRows: Range<Int>
  let keptColumns: Range<Int>

  /// - Parameters:
  ///   - width: of the original image in pixels; only its ratio to `height` matters
  ///   - columns: of the grid in tokens
  init(width: Int, height: Int, columns: Int, rows: Int) {
    let imageRatio = Double(width) / Double(height)
    let gridRatio = Double(columns) / Double(rows)
    if imageRatio > gridRatio {
      let kept = Int(Double(height) * (Double(columns) / Double(width)))
      let padding = (rows - kept) / 2
      keptRows = padding..<rows - padding
      keptColumns = 0..<columns
    } else {
      let kept = Int(Double(width) * (Double(rows) / Double(height)))
      let padding = (columns - kept) / 2
      keptRows = 0..<rows
      keptColumns = padding..<columns - padding
    }
  }
}
