import Evaluation

extension LetteredOptions {
  /// What a reader sees of a multiple choice question.
  /// - Parameter facets: keys of the metadata to filter by, beside split and category
  static func presentation(
    of sample: Sample, facets: [(key: String, name: String)] = []
  ) -> SamplePresentation {
    var presentation = SamplePresentation(facetsOf: sample, facets)
    presentation.choices = of(sample).enumerated().map { place, text in
      (letter(place) ?? String(place + 1), text)
    }
    return presentation
  }
}
