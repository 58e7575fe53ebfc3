using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace LabAutomation.Models;

/// <summary>The length of one dimension of a tensor: a number, or the name of a dimension that the card leaves open.</summary>
public readonly record struct Extent
{
    private Extent(int length, string? symbol) => (Length, Symbol) = (length, symbol);

    /// <summary>The fixed length; 0 where the dimension is open.</summary>
    public int Length { get; }

    /// <summary>The name under <c>dimensions</c> of the card; null where the length is fixed.</summary>
    public string? Symbol { get; }

    public static implicit operator Extent(int length) => new(length, symbol: null);

    public static implicit operator Extent(string symbol) => new(length: 0, symbol);

    /// <param name="lengths">A length for each open dimension.</param>
    internal int At(IReadOnlyDictionary<string, int> lengths) => Symbol is null ? Length : lengths[Symbol];

    public override string ToString() => Symbol ?? Length.ToString(CultureInfo.InvariantCulture);

    internal sealed class Yaml : IYamlTypeConverter
    {
        public bool Accepts(Type type) => type == typeof(Extent);

        public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
        {
            var text = parser.Consume<Scalar>().Value;
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) ? (Extent)length : (Extent)text;
        }

        public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) => emitter.Emit(new Scalar(value?.ToString() ?? ""));
    }
}
