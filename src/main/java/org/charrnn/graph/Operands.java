package org.charrnn.graph;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** The types of what comes out of loops and functions, which hand on operands of any type. */
public final class Operands {
  private Operands() {}

  /** Returns an operand as what it is. */
  public static Operand<TBool> bool(Operand<? extends TType> operand) {
    return as(DataType.DT_BOOL, operand);
  }

  /** Returns an operand as what it is. */
  public static Operand<TInt32> int32(Operand<? extends TType> operand) {
    return as(DataType.DT_INT32, operand);
  }

  /** Returns an operand as what it is. */
  public static Operand<TInt64> int64(Operand<? extends TType> operand) {
    return as(DataType.DT_INT64, operand);
  }

  /** Returns an operand as what it is. */
  public static Operand<TFloat32> float32(Operand<? extends TType> operand) {
    return as(DataType.DT_FLOAT, operand);
  }

  /** Returns operands as what they are. */
  public static List<Operand<TFloat32>> float32(List<Operand<? extends TType>> operands) {
    return operands.stream().map(Operands::float32).toList();
  }

  /** Returns an operand as what it is. */
  public static Operand<TFloat64> float64(Operand<? extends TType> operand) {
    return as(DataType.DT_DOUBLE, operand);
  }

  /** Returns an operand as what it is. */
  public static Operand<TString> string(Operand<? extends TType> operand) {
    return as(DataType.DT_STRING, operand);
  }

  @SuppressWarnings("unchecked") // its type is checked
  private static <T extends TType> Operand<T> as(DataType type, Operand<? extends TType> operand) {
    DataType actual = operand.asOutput().dataType();
    if (actual != type) {
      throw new IllegalArgumentException("an operand is " + actual + ", not " + type);
    }
    return (Operand<T>) operand;
  }
}
