/**
 * What tests of every module share, published as this module's test jar: a model server in a
 * process of its own.
 */
package dev.gapline.testing;
