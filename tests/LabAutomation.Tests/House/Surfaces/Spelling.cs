using System.Globalization;
using System.Reflection;

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
        var path = type.IsNested ? $"{type.DeclaringType!.Namespace}.{type.DeclaringType.Name}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        return arguments.Length == 0 ? path : $"{path}<{string.Join(", ", arguments.Select(Of))}>";
    }

    public static string Of(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
        $"{(parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}{(parameter.IsOut ? "out " : "")}{Of(parameter.ParameterType)} {parameter.Name}{Default(parameter)}"));

    public static string Generics(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Of))}>" : "";

    private static string Default(ParameterInfo parameter) => parameter.HasDefaultValue
        ? $" = {parameter.RawDefaultValue switch { null => "default", string text => $"\"{text}\"", var value => Convert.ToString(value, CultureInfo.InvariantCulture) }}"
        : "";
}
