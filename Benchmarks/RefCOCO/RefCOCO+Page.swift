import Evaluation
import Metrics

/// A reader sees the region that was meant and the one that was answered, drawn on the photograph.
extension RefCOCO: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    var presentation = SamplePresentation(facetsOf: sample)
    if let reference = Self.reference(sample) {
      presentation.referenceBoxes = [reference.relative]
    }
    return presentation
  }

  public func boxes(in answer: String, to sample: Sample, profile: Profile) -> [BoundingBox] {
    guard let reference = Self.reference(sample) else { return [] }
    if sample.boxUnit == .pixels {
      guard let box = BoxParser.box(in: answer, profile: profile) else { return [] }
      let (width, height) = (Double(reference.image.width), Double(reference.image.height))
      return [box.scaled(x: 1 / width, y: 1 / height)]
    }
    return BoxIoU.place(
      prediction: answer, image: reference.image, profile: profile, space: boxSpace
    ).map { [$0] } ?? []
  }
}
