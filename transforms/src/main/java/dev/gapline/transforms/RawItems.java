package dev.gapline.transforms;

import dev.gapline.schemas.Verdict;

/**
 * What is stored of one trial that published conventions read differently. Many trials have the
 * same.
 *
 * @param tags what the classifier said when the trial was run, by the tags of the rubric
 * @param lenient what it says when an answer without an output tag is read as a whole, its
 *     reasoning left out; the same as {@code tags} wherever there is an output tag
 * @param isRetried whether it took more than its first call to settle the trial
 */
record RawItems(Verdict tags, Verdict lenient, boolean isRetried) {}
