package dev.gapline.transforms;

import dev.gapline.schemas.WorkUnit;

/** How everything of a run is named within its store. */
final class RunNames {

  /** The state of the run. */
  static final String STATE = "run.json";

  /** Every intent and reply, of all legs. */
  static final String LEDGER = "ledger";

  private RunNames() {}

  static String ledger(String leg) {
    return LEDGER + "/" + leg;
  }

  static String ledger(String leg, WorkUnit unit) {
    return ledger(leg) + "/" + unit.fileName();
  }

  /** Says that the leg began; who creates it has the leg. */
  static String claim(String leg) {
    return ledger(leg) + "/claim";
  }

  /** Where all earlier legs' outcomes lie, as the leg found them when it began. */
  static String earlierIndex(String leg) {
    return ledger(leg) + "/earlier.index";
  }

  /** Where the leg's own outcomes lie, once it is an earlier one. */
  static String ownIndex(String leg) {
    return ledger(leg) + "/leg.index";
  }

  static String stop(String leg) {
    return ledger(leg) + "/stop";
  }

  /** The job on a cluster that works on the leg, where it is one. */
  static String job(String leg) {
    return ledger(leg) + "/job";
  }

  /** The processes that work on the leg, where it is spread over several. */
  static String workers(String leg) {
    return ledger(leg) + "/workers";
  }

  /** Says which process works on the unit; a higher generation overrules a lower one. */
  static String unitClaim(String leg, WorkUnit unit, int generation) {
    return ledger(leg) + "/claims/" + unit.number() + "." + generation;
  }

  /** Says that a unit could not be worked on, for the n-th time in the leg. */
  static String fault(String leg, WorkUnit unit, int number) {
    return ledger(leg) + "/faults/" + unit.number() + "." + number;
  }

  static String receipt(String leg, WorkUnit unit) {
    return ledger(leg, unit) + "/receipt";
  }

  static String table(String leg, String table) {
    return "tables/" + leg + "/" + table;
  }
}
