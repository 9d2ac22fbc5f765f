import PythonText

/// Intersection over union of a predicted and a reference box: the metric of RefCOCO
/// (docs/metrics.md, section 8).
///
/// A sample counts as found from an IoU of 0.5 on. The evaluators differ in the boxes they can
/// read, in the unit they take them for, in what an inverted box is worth and in the width of their
/// floating point numbers; each is kept as it is.
public enum BoxIoU {
  public static let threshold = 0.5
  /// The thresholds of lmms-eval's report.
  public static let reportedThresholds = [0.1, 0.3, 0.5, 0.7, 0.9]

  /// What a model's coordinates are relative to.
  public enum Space: String, Sendable, CaseIterable {
    /// The image itself: the default, and what lmms-eval assumes.
    case image
    /// The image padded to a square, as LLaVA-1.5 and its relatives are trained.
    case paddedSquare = "padded-square"
    /// Thousandths of the image's width and height, as Qwen-VL's and InternVL's models answer.
    case thousandths
    /// The image's pixels.
    case pixels
  }

  /// What a predicted box is known to count in; without it each evaluator guesses from the numbers.
  public enum Unit: String, Sendable {
    case pixels
  }

  /// The box that an expression refers to, with the image's size.
  public struct Reference: Sendable, Equatable {
    /// Relative to the image.
    public var relative: BoundingBox
    public var pixels: BoundingBox
    public var image: ImageSize

    /// - Parameter pixels: where the data gives them; otherwise they follow from the relative
    ///   corners
    public init(relative: BoundingBox, pixels: BoundingBox? = nil, image: ImageSize) {
      self.relative = relative
      self.image = image
      self.pixels = pixels ?? relative.scaled(x: Double(image.width), y: Double(image.height))
    }
  }

  /// A prediction beside its reference.
  public struct Match: Sendable, Equatable {
    /// The box as read, nil where the answer has none.
    public var box: BoundingBox?
    /// nil where the union is 0 and lmms-eval divides by zero; it counts as 0.
    public var iou: Double?
    /// Whether the centre of the predicted box lies inside the reference.
    public var hitsCentre: Bool

    public func isHit(at threshold: Double = BoxIoU.threshold) -> Bool { (iou ?? 0) >= threshold }
  }

  /// 1 or 0 for one answer, at an IoU of 0.5.
  public static func score(
    prediction: String, reference: Reference, profile: Profile, space: Space = .image
  ) -> MetricScore {
    let match = match(prediction: prediction, reference: reference, profile: profile, space: space)
    let isHit = match.isHit()
    let rule =
      if match.box == nil {
        "no box in the answer"
      } else if let iou = match.iou {
        "IoU \(iou), " + (isHit ? "at least 0.5" : "below 0.5")
      } else {
        "the union of the two boxes is empty, IoU 0"
      }
    return MetricScore(value: isHit ? 1 : 0, rule: rule, extracted: match.box?.description)
  }

  /// 1 or 0 for a box that is known to be in pixels, as the reference is: nothing is guessed about
  /// its unit.
  public static func score(
    predictionInPixels prediction: String, reference: BoundingBox, profile: Profile
  ) -> MetricScore {
    guard let box = BoxParser.box(in: prediction, profile: profile) else {
      return MetricScore(value: 0, rule: "no box in the answer")
    }
    let iou = profile.isVLMEvalKit ? clamped(box, reference) : signed(reference, box) ?? 0
    let isHit = iou >= threshold
    return MetricScore(
      value: isHit ? 1 : 0, rule: "IoU \(iou) in pixels, " + (isHit ? "at least 0.5" : "below 0.5"),
      extracted: box.description)
  }

  /// Reads the box and compares it under a profile. There is no official evaluator; `official`
  /// follows lmms-eval.
  public static func match(
    prediction: String, reference: Reference, profile: Profile, space: Space = .image
  ) -> Match {
    let box = BoxParser.box(in: prediction, profile: profile)
    guard profile.isVLMEvalKit else {
      let read = box ?? .zero
      // No box is no place in any space.
      let relative =
        switch space {
        case .paddedSquare where box != nil: read.unpadded(reference.image)
        case .thousandths: read.scaled(x: 0.001, y: 0.001)
        case .pixels:
          read.scaled(
            x: 1 / Double(max(1, reference.image.width)),
            y: 1 / Double(max(1, reference.image.height)))
        case .image, .paddedSquare: read
        }
      return Match(
        box: box, iou: signed(reference.relative, relative),
        hitsCentre: reference.relative.containsCentre(of: relative))
    }
    guard let box, let read = vlmEvalKitPixels(box, space: space, image: reference.image) else {
      return Match(box: box, iou: 0, hitsCentre: false)
    }
    return Match(
      box: box, iou: clamped(read, reference.pixels),
      hitsCentre: reference.pixels.containsCentre(of: read))
  }

  /// lmms-eval's arithmetic: areas keep their sign, nothing is clamped; nil where the union is 0.
  public static func signed(_ a: BoundingBox, _ b: BoundingBox) -> Double? {
    let width = larger(0, smaller(a.x2, b.x2) - larger(a.x1, b.x1))
    let height = larger(0, smaller(a.y2, b.y2) - larger(a.y1, b.y1))
    let intersection = width * height
    let union = (a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - intersection
    return union == 0 ? nil : intersection / union
  }

  /// VLMEvalKit's arithmetic: boxes that only touch, and empty unions, give 0.
  public static func clamped(_ a: BoundingBox, _ b: BoundingBox) -> Double {
    let (left, right) = (larger(a.x1, b.x1), smaller(a.x2, b.x2))
    let (top, bottom) = (larger(a.y1, b.y1), smaller(a.y2, b.y2))
    if right <= left || bottom <= top { return 0 }
    let intersection = (right - left) * (bottom - top)
    let areaA = larger(a.x2 - a.x1, 0) * larger(a.y2 - a.y1, 0)
    let areaB = larger(b.x2 - b.x1, 0) * larger(b.y2 - b.y1, 0)
    let union = areaA + areaB - intersection
    return union <= 0 ? 0 : intersection / union
  }

  /// The IoU as InternVL (`image`) and conv-llava (`paddedSquare`) compute it, in 32-bit
  /// arithmetic; NaN where both boxes are empty.
  ///
  /// Corners that sum to 4 or more are thousandths; an answer without a box is the box of zeros.
  public static func float32(prediction: String, reference: Reference, space: Space) -> Float {
    var box = (BoxParser.commaSeparated(PythonString(prediction)) ?? .zero).numbers.map {
      Float($0)
    }  // [x1, y1, x2, y2]
    if box.reduce(0, +) >= 4 { box = box.map { $0 / 1000 } }
    let image = reference.image
    switch space {
    case .image, .thousandths, .pixels:
      let scale = [Float(image.width), Float(image.height)]
      for index in box.indices { box[index] *= scale[index % 2] }
    case .paddedSquare:
      let offset = [Float(image.leftPadding), Float(image.topPadding)]
      for index in box.indices {
        box[index] = box[index] * Float(max(image.width, image.height)) - offset[index % 2]
      }
    }
    return float32(box, reference.pixels.numbers.map { Float($0) })
  }

  private static func float32(_ a: [Float], _ b: [Float]) -> Float {
    // Tensors hand a NaN on where a comparison would drop it.
    func clampedToZero(_ value: Float) -> Float { value < 0 ? 0 : value }
    let width = clampedToZero(propagating(a[2], b[2], min) - propagating(a[0], b[0], max))
    let height = clampedToZero(propagating(a[3], b[3], min) - propagating(a[1], b[1], max))
    let intersection = width * height
    let union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - intersection
    return intersection / union
  }

  private static func propagating(
    _ a: Float, _ b: Float, _ choose: (Float, Float) -> Float
  ) -> Float {
    a.isNaN || b.isNaN ? .nan : choose(a, b)
  }

  /// VLMEvalKit's guess of the unit by the largest number (up to 1.5 parts, up to 1000 thousandths,
  /// else pixels), then clipping to the image and swapping inverted corners.
  static func vlmEvalKitPixels(
    _ box: BoundingBox, space: Space, image: ImageSize
  ) -> BoundingBox? {
    guard image.width > 0, image.height > 0 else { return nil }
    let (width, height) = (Double(image.width), Double(image.height))
    let largest = box.numbers.map(abs).reduce(0, larger)
    var pixels = box
    if largest <= 1000 {
      let isRelative = largest <= 1.5
      let relative =
        isRelative
        ? box
        : BoundingBox(x1: box.x1 / 1000, y1: box.y1 / 1000, x2: box.x2 / 1000, y2: box.y2 / 1000)
      pixels = (space == .paddedSquare ? relative.unpadded(image) : relative).scaled(
        x: width, y: height)
    }
    func clipped(_ value: Double, _ limit: Double) -> Double { smaller(larger(value, 0), limit) }
    let x = [clipped(pixels.x1, width), clipped(pixels.x2, width)]
    let y = [clipped(pixels.y1, height), clipped(pixels.y2, height)]
    return BoundingBox(
      x1: smaller(x[0], x[1]), y1: smaller(y[0], y[1]), x2: larger(x[0], x[1]),
      y2: larger(y[0], y[1]))
  }

  /// Python's `max(a, b)`: the first unless the second is greater, which decides what happens to a
  /// NaN.
  private static func larger(_ a: Double, _ b: Double) -> Double { b > a ? b : a }
  private static func smaller(_ a: Double, _ b: Double) -> Double { b < a ? b : a }
}

extension BoxIoU {
  /// lmms-eval's figures of one split: `IoU`, `ACC@0.1` to `ACC@0.9`, `Center_ACC`, each the mean
  /// over samples.
  ///
  /// NaN where there are no samples. nil where a sample's union is empty and the evaluator fails
  /// with a division by zero; `countingEmptyUnions` takes such a sample as IoU 0 instead.
  public static func figures(
    _ matches: [Match], countingEmptyUnions: Bool = true
  ) -> [(name: String, value: Double?)] {
    let fails = !countingEmptyUnions && matches.contains { $0.iou == nil }
    func mean(_ value: (Match) -> Double) -> Double {
      matches.isEmpty ? .nan : matches.reduce(0) { $0 + value($1) } / Double(matches.count)
    }
    var figures: [(name: String, value: Double?)] = [("IoU", fails ? nil : mean { $0.iou ?? 0 })]
    for threshold in reportedThresholds {
      figures.append(("ACC@\(threshold)", fails ? nil : mean { $0.isHit(at: threshold) ? 1 : 0 }))
    }
    return figures + [("Center_ACC", mean { $0.hitsCentre ? 1 : 0 })]
  }

  /// RefCOCO's figure: the plain mean of the two test splits' accuracies at 0.5, in percent.
  public static func average(testA: Double, testB: Double) -> Double { 100 * (testA + testB) / 2 }
}
