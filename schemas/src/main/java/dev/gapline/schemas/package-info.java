/**
 * The words of the domain, as records without dependencies.
 *
 * <p>A <b>study</b> is the whole experiment, one YAML file. A <b>scenario</b> is a setting: prompt
 * templates, conditions, queries, rubric, factors. A <b>condition</b> is one arm ({@code free},
 * {@code paid}); a <b>contrast</b> is a named pair of them. A <b>query</b> is what the user asks,
 * and the unit of clustering. A <b>paraphrase</b> is one wording of the scenario. A <b>factor</b>
 * is any further axis. A <b>sample</b> is a repeat within a cell. A <b>trial</b> is one planned
 * conversation, all coordinates together. A <b>block</b> is the trials that agree in everything but
 * the condition. A <b>completion</b> is what came back: exactly one of a response or a failure. A
 * <b>verdict</b> is what the classifier says of it; an <b>outcome</b> is a trial with its
 * completion and verdict. A <b>cell</b> is the coordinates that a row of a table fixes. A
 * <b>unit</b> is a slice of the plan that travels as one element, a <b>leg</b> is one start of the
 * command on an output, a <b>receipt</b> is what a finished unit leaves.
 */
package dev.gapline.schemas;
