using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LabAutomation.Tests.House.Surfaces;

/// <summary>Types and parameters in words that are the same whatever assembly they stand in.</summary>
internal static class Spelling
{
    public static string Of(Type type)
    {
        if (type.IsByRef) return Of(type.GetElementType()!) + "&";
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericMethodParameter) return $"T{type.GenericParameterPosition}";
        if (type.IsGenericParameter) return type.Name;
        var arguments = type.GetGenericArguments();
        var path = type.IsNested ? $"{Path(type.DeclaringType!)}.{type.Name}" : Path(type);
        return arguments.Length == 0 ? path : $"{path}<{string.Join(", ", arguments.Select(Of))}>";
    }

    private static string Path(Type type) => type.IsNested ? $"{Path(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";

    public static string Of(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
        $"{How(parameter)}{Of(parameter.ParameterType)} {parameter.Name}{Default(parameter)}"));

    public static string Generics(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Of))}>" : "";

    /// <summary>What is asked of type arguments, as far as a caller can break it.</summary>
    public static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(argument =>
    {
        var special = argument.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        var above = argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Of);
        string[] all = [.. special == 0 ? Array.Empty<string>() : [special.ToString()], .. above];
        return all.Length == 0 ? "" : $" where {Of(argument)} : {string.Join(", ", all)}";
    }));

    private static string How(ParameterInfo parameter) =>
        (parameter is { Position: 0, Member: MethodInfo method } && method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "")
        + (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "") + (parameter.IsOut ? "out " : parameter.IsIn ? "in " : "");

    private static string Default(ParameterInfo parameter) => parameter.HasDefaultValue
        ? $" = {parameter.RawDefaultValue switch { null => "default", string text => $"\"{text}\"", var value => Convert.ToString(value, CultureInfo.InvariantCulture) }}"
        : "";
}
