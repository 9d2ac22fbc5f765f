import Evaluation

/// A page's transcription is read beside its reference.
extension CCpdf: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    var shown = SamplePresentation(facetsOf: sample, [("kind", "kind")])
    // The data mark the image's place in the instruction; the prompt does without it.
    shown.question = prompt(for: sample).text
    return shown
  }

  public var comparesWholeTexts: Bool { true }
}
