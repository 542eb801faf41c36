/** The Beam transforms: thin shells around plain-Java steps. */
package dev.gapline.transforms;
