package org.charrnn.settings;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of a record as a setting that users can choose.
 *
 * <p>This is the only place where a setting is described. The command line, {@code --config},
 * {@code config.json}, {@code --help}, {@code --dry-run} and the checks of ranges read it from
 * here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** A default that is derived from other settings or from the machine. */
  String AUTO = "auto";

  /** Name on the command line, without dashes; by default the component's name in kebab-case. */
  String name() default "";

  /** The placeholder for the value in {@code --help}. */
  String label() default "N";

  /** A sentence fragment without the default, which {@code --help} adds. */
  String help();

  /** The default, as users type it; {@value #AUTO} if it is derived. */
  String defaultValue();

  /** What {@value #AUTO} means, as a fragment for {@code --help}. */
  String auto() default "";

  /** Whether users can choose {@value #AUTO} even where it is not the default. */
  boolean canBeAuto() default false;

  /** The default in the lab; empty if the lab does not have the setting. */
  String lab() default "";

  /** The value in runs that were saved before the setting existed; empty for none. */
  String absent() default "";

  /** A value that turns the setting off and is null in the record; empty for none. */
  String off() default "";

  /** Whether {@code --resume} can change it. */
  boolean resumable() default false;

  /** Smallest allowed value. */
  double min() default Double.NaN;

  /** Lower bound, which is not allowed itself. */
  double above() default Double.NaN;

  /** Largest allowed value. */
  double max() default Double.NaN;

  /** Upper bound, which is not allowed itself. */
  double below() default Double.NaN;
}
