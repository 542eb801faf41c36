/**
 * What tests of every module share, published as this module's test jar: a model server in a
 * process of its own. {@link dev.gapline.testing.LoadServer} serves the load benchmark alone.
 */
package dev.gapline.testing;
