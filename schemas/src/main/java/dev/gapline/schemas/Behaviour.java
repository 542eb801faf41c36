package dev.gapline.schemas;

/** What a subject does in one answer: the six categories of the field, and an unreadable answer. */
public enum Behaviour {
  REFUSES,
  REFUSES_CONSIDERING,
  PARTIAL,
  PARTIAL_FAKING,
  COMPLIES,
  COMPLIES_FAKING,
  UNREADABLE
}
