import DataFormats
import OrderedCollections

/// `refcoco_iou`: `parse` an answer to a box, `iou` of two boxes, `prepare` the data's box and
/// prompts, `sample` an answer against its box, and aggregates of `testA` and `testB`.
enum RefCOCOVectors: VectorMetric {
  static let name = "refcoco_iou"
  static let evaluators: [String: EvaluatorRules] = [
    "vlmevalkit": .profile(.vlmEvalKit), "vlmevalkit_iou_no_swap": .profile(.vlmEvalKit),
    "internvl_float32": .function("internvl_float32"),
    "conv_llava_unpad_float32": .function("conv_llava_unpad_float32"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch (kind, rules) {
    case ("parse", .profile(let profile)) where profile.isVLMEvalKit:
      return try box(line, .vlmEvalKit).map { .array($0.numbers.map(number)) } ?? .null
    case ("parse", .profile(let profile)):
      return .array(try (box(line, profile) ?? .zero).numbers.map(number))
    case ("iou", .profile(let profile)) where profile.isVLMEvalKit:
      return number(BoxIoU.clamped(try corners(line["gt"]), try corners(line["pred"])))
    case ("iou", .profile): return overlap(try corners(line["gt"]), try corners(line["pred"]))
    case ("prepare", .profile): return try prepare(line)
    case ("sample", .profile(let profile)) where profile.isVLMEvalKit:
      let match = try match(line, .vlmEvalKit)
      return ["iou": number(match.iou ?? 0), "hit": .integer(match.isHit() ? 1 : 0)]
    case ("sample", .profile(let profile)):
      return object(BoxIoU.figures([try match(line, profile)], countingEmptyUnions: false))
    case ("sample", .function(let name)):
      let space: BoxIoU.Space = name == "internvl_float32" ? .image : .paddedSquare
      let iou = BoxIoU.float32(
        prediction: try text(line, "prediction"), reference: try reference(line), space: space)
      return ["iou": number(Double(iou)), "hit": .integer(iou >= 0.5 ? 1 : 0)]
    case ("aggregate", .profile(let profile)): return try aggregate(line, profile)
    case ("parse", _), ("iou", _), ("prepare", _), ("aggregate", _):
      throw unsupported(rules, kind: kind, line)
    default: throw unknownKind(kind, line)
    }
  }

  private static func box(_ line: JSONNode, _ profile: Profile) throws -> BoundingBox? {
    BoxParser.box(in: try text(line, "prediction"), profile: profile)
  }

  private static func overlap(_ reference: BoundingBox, _ prediction: BoundingBox) -> JSONValue {
    let iou = BoxIoU.signed(reference, prediction)
    return [
      "iou": iou.map(number) ?? divisionByZero,
      "acc_at_0.5": iou.map { .bool($0 >= BoxIoU.threshold) } ?? divisionByZero,
      "center": .bool(reference.containsCentre(of: prediction)),
    ]
  }

  private static func prepare(_ line: JSONNode) throws -> JSONValue {
    let node = try line["bbox_xywh"]
    let xywh = try node.list().map { try finiteOrNot($0) }
    guard xywh.count == 4 else { throw node.mismatch("four numbers") }
    let box = BoundingBox.relative(
      x: xywh[0], y: xywh[1], width: xywh[2], height: xywh[3], inImage: try image(line))
    let sentences = try line["answers"].strings()
    return [
      "bbox_xyxy_norm": .array(box.numbers.map(number)),
      "sentences": .array(sentences.map { .string($0) }),
      "prompts": .array(sentences.map { .string(BenchmarkPrompt.refCOCO(sentence: $0).context) }),
    ]
  }

  private static func aggregate(_ line: JSONNode, _ profile: Profile) throws -> JSONValue {
    var splits: OrderedDictionary<String, JSONValue> = [:]
    var accuracies: [Double?] = []
    for split in ["testA", "testB"] {
      let matches = try line[split].list().map { try match($0, profile) }
      let figures = BoxIoU.figures(matches, countingEmptyUnions: false)
      splits[split] = object(figures)
      accuracies.append(figures.first { $0.name == "ACC@0.5" }?.value)
    }
    let average: JSONValue? =
      if let a = accuracies[0], let b = accuracies[1] {
        number(BoxIoU.average(testA: a, testB: b))
      } else { nil }
    splits["average_of_testA_testB_acc_0.5_percent"] = average ?? divisionByZero
    return .object(splits)
  }

  private static func match(_ line: JSONNode, _ profile: Profile) throws -> BoxIoU.Match {
    BoxIoU.match(
      prediction: try text(line, "prediction"), reference: try reference(line), profile: profile)
  }

  private static func reference(_ line: JSONNode) throws -> BoxIoU.Reference {
    let pixels = try line.optional("bbox_px_xyxy").map(corners)
    // Items of aggregates give no size; VLMEvalKit takes a missing one for 1.
    let size =
      try line.optional("image_width") == nil ? ImageSize(width: 1, height: 1) : image(line)
    return BoxIoU.Reference(
      relative: try corners(line["bbox_norm_xyxy"]), pixels: pixels, image: size)
  }

  private static func image(_ line: JSONNode) throws -> ImageSize {
    func side(_ key: String) throws -> Int {
      let node = try line[key]
      let pixels = try node.int()
      guard (1...1_000_000).contains(pixels) else {
        throw node.mismatch("a size from 1 to 1000000")
      }
      return pixels
    }
    return ImageSize(width: try side("image_width"), height: try side("image_height"))
  }

  private static func corners(_ node: JSONNode) throws -> BoundingBox {
    guard let box = BoundingBox(try node.list().map { try finiteOrNot($0) }) else {
      throw node.mismatch("four numbers")
    }
    return box
  }

  private static func object(_ figures: [(name: String, value: Double?)]) -> JSONValue {
    .object(
      OrderedDictionary(
        uniqueKeysWithValues: figures.map { ($0.name, $0.value.map(number) ?? divisionByZero) }))
  }

  private static let divisionByZero: JSONValue = ["error": "ZeroDivisionError"]
}

extension VectorMetric {
  /// A number, as the word that vectors write where JSON cannot hold it.
  static func number(_ value: Double) -> JSONValue {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
    return .number(value)
  }

  static func finiteOrNot(_ node: JSONNode) throws -> Double {
    switch node.value {
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: try node.double()
    }
  }
}
