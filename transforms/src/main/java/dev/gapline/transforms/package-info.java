package dev.gapline.transforms;
