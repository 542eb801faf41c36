/** How records travel between workers. */
package dev.gapline.transforms.coders;
