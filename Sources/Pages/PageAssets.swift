import Foundation
import Mustache

/// The templates, styles and scripts of a page, embedded into the program when it is built.
enum PageAssets {
  static let style = text(PackageResources.page_css)

  /// One script: modules cannot be imported from the file system.
  static let script = [
    PackageResources.text_js, PackageResources.difference_js, PackageResources.section_js,
    PackageResources.selection_js, PackageResources.list_js, PackageResources.picture_js,
    PackageResources.sample_js, PackageResources.rules_js, PackageResources.controls_js,
    PackageResources.browser_js, PackageResources.start_js,
  ].map(text).joined(separator: "\n")

  /// - Throws: the parser's error; the templates are part of the program and a test renders each
  static func library() throws -> MustacheLibrary {
    MustacheLibrary(templates: [
      "overview": try MustacheTemplate(string: text(PackageResources.overview_mustache)),
      "browser": try MustacheTemplate(string: text(PackageResources.browser_mustache)),
      "index": try MustacheTemplate(string: text(PackageResources.index_mustache)),
      "benchmark": try MustacheTemplate(string: text(PackageResources.benchmark_mustache)),
      "single": try MustacheTemplate(string: text(PackageResources.single_mustache)),
      "table": try MustacheTemplate(string: text(PackageResources.table_mustache)),
    ])
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
