import Diagnostics
import Foundation
import GRDB
import Metrics

/// What the nights were, in a database: derived from run directories, never trusted more than them.
///
///     let history = try History.opened(NightlyRoot("nights"), note: { print($0) })
///     for series in try history.series() { print(series.name, series.points.count) }
public struct History {
  /// The layout of the database; another one is rebuilt.
  static let version = 2

  let root: NightlyRoot
  private let database: DatabaseQueue

  /// Opens the history, rebuilding it where it is damaged, older, or not there.
  public static func opened(_ root: NightlyRoot, note: (String) -> Void) throws -> History {
    let path = root.historyPath
    guard FileManager.default.fileExists(atPath: path) else {
      return try rebuilt(root, note: note)
    }
    do {
      let history = try History(root, at: path)
      if let problem = try history.problem() {
        note("\(path): \(problem); it is made anew from the nights")
        return try rebuilt(root, note: note)
      }
      return history
    } catch let error as DatabaseError {
      note(
        "\(path): the database is damaged (\(error.message ?? "unreadable")); it is made anew"
          + " from the nights")
      return try rebuilt(root, note: note)
    }
  }

  /// Makes the history anew from the nights, beside the old one, and puts it in its place.
  public static func rebuilt(_ root: NightlyRoot, note: (String) -> Void) throws -> History {
    let path = root.historyPath
    let temporary = path + ".new"
    remove(temporary)
    do {
      let fresh = try History(root, at: temporary)
      try fresh.create()
      try fresh.insert(HistoryReading(root.finishedNights()).nights(note: note))
      try fresh.database.close()
    } catch let error as DatabaseError {
      remove(temporary)
      throw failure(error, at: path)
    }
    remove(path)
    guard rename(temporary, path) == 0 else {
      throw NightlyFile.failure("cannot be put in place", path)
    }
    return try History(root, at: path)
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
  }

  private static func failure(_ error: DatabaseError, at path: String) -> NightlyError {
    let isFull = error.resultCode == .SQLITE_FULL
    return NightlyError(
      .writeFailed,
      isFull
        ? "the disk is full; free some space and run `history rebuild`"
        : "the history cannot be written: \(error.message ?? "unknown")",
      at: Location(file: path))
  }

  private init(_ root: NightlyRoot, at path: String) throws {
    self.root = root
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      throw NightlyError(
        .writeFailed, "the history cannot be opened; check that the folder is writable",
        at: Location(file: path))
    }
  }

  /// What is wrong with the database; nil: nothing.
  private func problem() throws -> String? {
    try database.read { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      if version != Self.version {
        return version < Self.version
          ? "the database is of an older version" : "the database is of a newer version"
      }
      let check = try String.fetchOne(database, sql: "PRAGMA quick_check") ?? "unreadable"
      return check == "ok" ? nil : "the database is damaged (\(check))"
    }
  }

  private func create() throws {
    try database.write { database in
      try database.execute(
        sql: """
          CREATE TABLE night (
            name TEXT PRIMARY KEY, place INTEGER NOT NULL, started TEXT NOT NULL,
            ended TEXT NOT NULL, verdict TEXT NOT NULL, exit_code INTEGER NOT NULL,
            code_version TEXT NOT NULL);
          CREATE TABLE run (
            id INTEGER PRIMARY KEY, night TEXT NOT NULL REFERENCES night(name) ON DELETE CASCADE,
            series TEXT NOT NULL, model TEXT NOT NULL, benchmark TEXT NOT NULL,
            benchmark_version INTEGER NOT NULL, profile TEXT NOT NULL, questions TEXT NOT NULL,
            identity TEXT NOT NULL, answers TEXT NOT NULL, code_version TEXT NOT NULL,
            selected INTEGER NOT NULL, answered INTEGER NOT NULL, partial INTEGER NOT NULL,
            UNIQUE (night, model, benchmark));
          CREATE TABLE figure (
            run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, name TEXT NOT NULL,
            value REAL NOT NULL, standard_error REAL, low REAL, high REAL,
            clusters INTEGER NOT NULL, lower_is_better INTEGER NOT NULL,
            PRIMARY KEY (run, name)) WITHOUT ROWID;
          PRAGMA user_version = \(Self.version);
          """)
    }
  }

  // MARK: Filling

  /// Brings the history up to date: nights that it lacks, those that are gone, and the one that is
  /// being finished.
  func update(
    finishing record: NightRecord, folder: NightFolder, note: (String) -> Void
  ) throws {
    do {
      let known = try database.read {
        try Set(String.fetchAll($0, sql: "SELECT name FROM night"))
      }
      let finished = root.finishedNights()
      for gone in known.subtracting(finished.map(\.name) + [folder.name]) {
        try database.write {
          try $0.execute(sql: "DELETE FROM night WHERE name = ?", arguments: [gone])
        }
      }
      let unknown = finished.filter { $0.name != folder.name && !known.contains($0.name) }
      var nights = HistoryReading(unknown).nights(note: note)
      nights.append(
        (record, HistoryReading.runs(of: record, in: folder, known: HistoryMemory(), note: note)))
      try insert(nights)
    } catch let error as DatabaseError {
      throw Self.failure(error, at: root.historyPath)
    }
  }

  /// All in one transaction: 365 of them would wait for the disk as often.
  private func insert(_ nights: [HistoryReading.Night]) throws {
    try database.write { database in
      for (record, runs) in nights { try Self.insert(record, runs: runs, into: database) }
    }
  }

  private static func insert(
    _ record: NightRecord, runs: [HistoryRun], into database: Database
  ) throws {
    try database.execute(
      sql: "DELETE FROM night WHERE name = ?", arguments: [record.night])
    try database.execute(
      sql: "INSERT INTO night VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        record.night, NightFolder.place(of: record.night), record.started, record.ended,
        record.verdict.rawValue, record.exitCode, record.codeVersion,
      ])
    for run in runs {
      try database.execute(
        sql: """
          INSERT INTO run (night, series, model, benchmark, benchmark_version, profile, questions,
            identity, answers, code_version, selected, answered, partial)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run.night, run.series, run.model, run.benchmark, run.benchmarkVersion, run.profile,
          run.questions, run.identity, run.answers, run.codeVersion, run.selected, run.answered,
          run.isPartial,
        ])
      let id = database.lastInsertedRowID
      for figure in run.figures {
        try database.execute(
          sql: "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            id, figure.name, figure.value, figure.standardError, figure.low, figure.high,
            figure.clusters, figure.lowerIsBetter,
          ])
      }
    }
  }

  // MARK: Reading

  /// A night as the history has it.
  public struct NightRow: Sendable, Equatable {
    public var name: String
    public var started: String
    public var verdict: String
    public var exitCode: Int
    public var codeVersion: String
    public var runs: Int
  }

  public func nights() throws -> [NightRow] {
    try database.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT night.*, (SELECT COUNT(*) FROM run WHERE run.night = night.name) AS runs
          FROM night ORDER BY place
          """
      ).map {
        NightRow(
          name: $0["name"], started: $0["started"], verdict: $0["verdict"],
          exitCode: $0["exit_code"], codeVersion: $0["code_version"], runs: $0["runs"])
      }
    }
  }

  /// Every series, by model, benchmark and figure, its nights in order.
  public func series() throws -> [HistorySeries] {
    let rows = try database.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT run.*, figure.name AS figure, figure.value, figure.low, figure.high,
            figure.lower_is_better
          FROM figure JOIN run ON run.id = figure.run JOIN night ON night.name = run.night
          ORDER BY run.model, run.benchmark, figure.name, night.place
          """)
    }
    var all: [HistorySeries] = []
    var places: [String: Int] = [:]
    for row in rows {
      let base: String = row["series"]
      let figure: String = row["figure"]
      let key = "\(base) \(figure)"
      let place = places[key] ?? all.count
      if places[key] == nil {
        places[key] = place
        all.append(
          HistorySeries(
            key: key, model: row["model"], benchmark: row["benchmark"], figure: figure,
            profile: row["profile"], lowerIsBetter: row["lower_is_better"]))
      }
      all[place].append(
        HistorySeries.Point(
          night: row["night"], value: row["value"], low: row["low"], high: row["high"],
          codeVersion: row["code_version"], isPartial: row["partial"]),
        identity: row["identity"], answers: row["answers"])
    }
    return all
  }
}
