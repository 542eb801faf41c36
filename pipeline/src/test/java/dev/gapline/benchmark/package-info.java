/**
 * The load benchmark of the inference engine: how close a study's calls come to what an ideal
 * client would need. {@code deploy/benchmark/load} starts it.
 */
package dev.gapline.benchmark;
