extension BoxIoU {
  /// Where an evaluator takes an answer's box to lie, in parts of the image: what is drawn on it.
  ///
  /// The unit is the one that the profile assumes; a box in another space is brought back to the
  /// image. nil where the answer has no box.
  public static func place(
    prediction: String, image: ImageSize, profile: Profile, space: Space = .image
  ) -> BoundingBox? {
    guard let box = BoxParser.box(in: prediction, profile: profile) else { return nil }
    guard profile.isVLMEvalKit else {
      return space == .paddedSquare ? box.unpadded(image) : box
    }
    return vlmEvalKitPixels(box, space: space, image: image)?
      .scaled(x: 1 / Double(image.width), y: 1 / Double(image.height))
  }
}
