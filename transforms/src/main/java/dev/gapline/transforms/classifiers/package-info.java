/** Reading and judging answers. Plain Java, no Beam. */
package dev.gapline.transforms.classifiers;
