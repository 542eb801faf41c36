/**
 * Study and scenario files: YAML text in, validated records out, and back.
 *
 * <p>{@link dev.gapline.pipeline.files.StudyFile} is the way in. Every value knows its file and
 * line, so that whatever is wrong with a file is said in one sentence, by one exception: {@link
 * dev.gapline.pipeline.files.InvalidInput}.
 */
package dev.gapline.pipeline.files;
