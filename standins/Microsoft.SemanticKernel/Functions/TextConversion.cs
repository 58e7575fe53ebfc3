using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Microsoft.SemanticKernel;

/// <summary>Between values and text, for the types that have a converter.</summary>
internal static class TextConversion
{
    public static string? ToText(object? value, CultureInfo? culture) => value switch
    {
        null => null,
        string text => text,
        _ when Of(value.GetType()) is { } converter && converter.CanConvertTo(typeof(string)) =>
            converter.ConvertToString(null, culture ?? CultureInfo.InvariantCulture, value),
        _ => value.ToString(),
    };

    /// <summary>Simple types have one, and types that name one in an attribute. Every other value travels as JSON.</summary>
    public static TypeConverter? Of(Type type) =>
        Type.GetTypeCode(type) is not (TypeCode.Object or TypeCode.DBNull or TypeCode.Empty)
        || type == typeof(TimeSpan) || type == typeof(DateTimeOffset) || type == typeof(Uri) || type == typeof(Guid)
        || type.GetCustomAttribute<TypeConverterAttribute>() is not null
            ? TypeDescriptor.GetConverter(type)
            : null;

    /// <exception cref="Exception">The value cannot be converted; what is thrown depends on the type.</exception>
    public static object? To(Type type, TypeConverter converter, object? value, CultureInfo culture)
    {
        try
        {
            return Convert(type, converter, value, culture);
        }
        catch (Exception) when (!ReferenceEquals(culture, CultureInfo.InvariantCulture))
        {
            return Convert(type, converter, value, CultureInfo.InvariantCulture);
        }
    }

    private static object? Convert(Type type, TypeConverter converter, object? value, CultureInfo culture)
    {
        if (value is not null && converter.CanConvertFrom(value.GetType())) return converter.ConvertFrom(null, culture, value);
        if (converter.CanConvertTo(type)) return converter.ConvertTo(null, culture, value, type);
        if (type.IsEnum && value is int or uint or long or ulong or short or ushort or byte or sbyte) return Enum.ToObject(type, value);
        throw new InvalidOperationException($"A {value?.GetType().ToString() ?? "null"} cannot become a {type}.");
    }
}
