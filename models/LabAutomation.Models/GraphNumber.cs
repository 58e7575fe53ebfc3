using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>How a number in a graph is made of a caller's 32-bit float, and the other way round. What is beyond a type becomes its nearest number.</summary>
/// <typeparam name="T">As the graph has it.</typeparam>
internal interface IGraphNumber<T>
{
    static abstract T Of(float value);

    static abstract float Value(T number);
}

internal readonly struct Fraction<T> : IGraphNumber<T> where T : INumber<T>
{
    public static T Of(float value) => T.CreateSaturating(value);

    public static float Value(T number) => float.CreateSaturating(number);
}

/// <summary>Rounded.</summary>
internal readonly struct Whole<T> : IGraphNumber<T> where T : INumber<T>
{
    public static T Of(float value) => T.CreateSaturating(MathF.Round(value));

    public static float Value(T number) => float.CreateSaturating(number);
}

/// <summary>16 bits, of which 11 are the number's digits.</summary>
internal readonly struct HalfFraction : IGraphNumber<Float16>
{
    public static Float16 Of(float value) => (Float16)Math.Clamp(value, (float)Half.MinValue, (float)Half.MaxValue);

    public static float Value(Float16 number) => (float)number;
}

/// <summary>0 is false and 1 is true; what lies between is rounded.</summary>
internal readonly struct Truth : IGraphNumber<bool>
{
    public static bool Of(float value) => value > 0.5f;

    public static float Value(bool number) => number ? 1 : 0;
}
