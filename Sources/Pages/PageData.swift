import Diagnostics
import Evaluation
import Foundation

/// The data of a run, opened again for its images.
enum PageData {
  /// The images of a page's samples by id, and what a reader must know where some are missing.
  /// - Parameter folder: where given, it must be there; the folder that a run names may be gone
  static func images(
    of page: BenchmarkPage, folder: String?
  ) throws -> (images: [String: [ImageReference]], notes: [String]) {
    if let folder {
      do {
        let split = page.runs.first?.scores.manifest.split
        return collected(try open(page, folder: folder, layout: nil, split: split), for: page)
      } catch let error as EvaluationError where error.code == .unknownFormat {
        return ([:], ["No images: " + render(error) + "."])
      }
    }
    var reasons: [String] = []
    for run in page.runs {
      let manifest = run.scores.manifest
      do {
        let data = try open(
          page, folder: manifest.dataFolder, layout: manifest.dataLayout, split: manifest.split)
        return collected(data, for: page)
      } catch {
        reasons.append(
          "No images: the data of the run, \(manifest.dataFolder), cannot be opened here. "
            + "To have them, name the data's folder with --data.")
      }
    }
    return ([:], Array(reasons.prefix(1)))
  }

  private static func open(
    _ page: BenchmarkPage, folder: String, layout: String?, split: String?
  ) throws -> OpenedData {
    let known = page.benchmark.formats.contains { $0.name == layout }
    return try OpenedData(
      page.benchmark, path: folder, layoutName: known ? layout : nil,
      choice: DataChoice(split: split), allowsRepeatedIDs: true)
  }

  /// An image belongs to a sample only where the data still ask the same question.
  private static func collected(
    _ data: OpenedData, for page: BenchmarkPage
  ) -> (images: [String: [ImageReference]], notes: [String]) {
    var samples: [String: Sample] = [:]
    for sample in data.samples { samples[sample.id] = sample }
    var images: [String: [ImageReference]] = [:]
    var strangers = 0
    for row in page.rows {
      guard let sample = samples[row.sample.id],
        sample.question.utf8.elementsEqual(row.sample.question.utf8)
      else {
        strangers += 1
        continue
      }
      images[row.sample.id] = sample.images
    }
    let notes =
      strangers == 0
      ? []
      : [
        "\(strangers) of \(page.rows.count) samples have no image: the data in \(data.path) do not"
          + " ask their question."
      ]
    return (images, notes)
  }
}
