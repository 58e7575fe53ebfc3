using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

public sealed class ModelCardTests : IDisposable
{
    private readonly ArtifactFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("licence: as the repository\n", "", "*card.yaml:*: what ends here lacks 'licence'*")]
    [InlineData("tolerance: 0.0001\n    inputs:", "inputs:", "*golden vector 'clear': 'xyz' has no tolerance; give*")]
    [InlineData("licence: as the repository\n", "licence: as the repository\ncolour: red\n", "*card.yaml:4:1: *colour*")]
    [InlineData("range: [-0.3, 6]", "range: [6, -0.3]", "*range of 'absorbance' must be*")]
    [InlineData("range: [-0.3, 6]", "range: [0.5, 6]", "*golden vector 'clear': 'absorbance'[0] is 0 AU; the card allows 0.5 to 6 AU*")]
    [InlineData("shape: [1, 71]", "shape: [1, 70]", "*golden vector 'clear': 'absorbance' has 71 values; absorbance[1, 70] takes 70*")]
    [InlineData("shape: [1, 71]", "shape: [-1, 71]", "*dimensions of absorbance[-1, 71] must be positive*")]
    [InlineData("tolerance: 0.0001", "tolerance: 0", "*golden vector 'clear': the tolerance of 'xyz' must be positive*")]
    [InlineData("tolerance: 0.0001", "tolerance: .inf", "*golden vector 'clear': the tolerance of 'xyz' must be positive and finite*")]
    [InlineData("tolerance: 0.0001", "tolerance: 13", "*golden vector 'clear': the tolerance of 'xyz' is 13 1, more than 1/20 of its range, so that the vector proves little*")]
    [InlineData("tolerance: 0.0001", "tolerance: 9", "*golden vector 'clear': the tolerance of 'xyz' is 9 1, more than 1/20 of 1*, the largest of its golden values, so that*")]
    [InlineData("tolerance: 0.0001", "tolerance: 0.0001\n    tolerances: { xyz: 13 }", "*golden vector 'clear': the tolerance of 'xyz' is 13*")]
    [InlineData("tolerance: 0.0001", "tolerance: 0.0001\n    tolerances: { lab: 1 }", "*golden vector 'clear': 'tolerances' names 'lab', which is no output*")]
    [InlineData("range: [0, 250]", "range: [0, .inf]", "*range of 'xyz' must be*both finite*")]
    [InlineData("outputs:\n  - name: xyz", "outputs:\n  -\n  - name: xyz", "*an item of 'outputs' is empty*")]
    [InlineData("xyz: [9.50361983, 10, 10.8884105]", "xyz:", "*golden vector 'neutral grey, absorbance 1': 'xyz' has no values*")]
    [InlineData("shape: [1, 71]", "shape: [9000000, 71]", "*has 639000000 elements where its dimensions are longest*")]
    [InlineData("range: [-0.3, 6]", "range: [-0.3, 6]\n    normalisation: { axis: -5, mean: [1], sd: [2] }", "*normalisation of 'absorbance' has 1 channel; its axis must name the dimension of absorbance[1, 71]*")]
    [InlineData("range: [-0.3, 6]", "range: [-0.3, 6]\n    normalisation: { axis: 99, mean: [1], sd: [2] }", "*normalisation of 'absorbance' has 1 channel; its axis must name*")]
    [InlineData("range: [-0.3, 6]", "range: [-0.3, 6]\n    normalisation: { axis: 1, mean: [1], sd: [2] }", "*normalisation of 'absorbance' has 1 channel; its axis must name*")]
    [InlineData("name: spectrum-to-xyz", "name: a@b c/../d", "*card.yaml:1:7: name is 'a@b c/../d'; it has letters, digits*")]
    [InlineData("version: \"1.0\"", "version: \"\"", "*the draft has not been filled in: version*")]
    [InlineData("version: \"1.0\"", "version: \"?\"", "*the draft has not been filled in: version*")]
    [InlineData("version: \"1.0\"", "version: \"1/0\"", "*card.yaml:2:10: version is '1/0'; it has letters*")]
    [InlineData("sensitivity: Public", "sensitivity: Public\nsensitivity: Mixed", "*card.yaml:8:1: the key 'sensitivity' stands here for the second time; once is enough")]
    [InlineData("column: wavelength", "column: \"\"", "*card.yaml:14:11: 'absorbance' runs along a column without a name*")]
    [InlineData("outputs:\n  - name: xyz", "  - { name: again, tensor: absorbance, shape: [1, 71], unit: AU, range: [-0.3, 6] }\noutputs:\n  - name: xyz", "*'absorbance' and 'again' are all 'absorbance' in the graph*")]
    [InlineData("range: [-0.3, 6]", "range: [low, 6]", "*card.yaml:17:*'low' is no number*")]
    [InlineData("opset: 13", "opset: 99999999999", "*card.yaml:11:*too large*")]
    [InlineData("licence: as the repository", "licence: *none", "*card.yaml:3:10: '*none' repeats what was marked '&none' further up, and nothing was")]
    [InlineData("licence: as the repository", "  licence: as the repository", "*card.yaml:3:3: a key is wanted here, as far in as those beside it")]
    [InlineData("licence: as the repository", "licence: [as, the]", "*card.yaml:3:10: a single value is wanted here, and this is a list or a group of keys")]
    [InlineData("licence: as the repository", "licence: \"as the repository", "*card.yaml:3:10: a text in quotes begins here and does not end as it should")]
    [InlineData("licence: as the repository", "licence: }", "*card.yaml:3:10: this is no YAML: a bracket*")]
    [InlineData("shape: [1, 71]", "shape: [[1], 71]", "*card.yaml:*: a single value is wanted here, and this is a list")]
    [InlineData("range: [-0.3, 6]", "range: { low: 1 }", "*card.yaml:17:*: a list is wanted here, and this is a group of keys")]
    [InlineData("range: [-0.3, 6]", "range: [-0.3, 6]\n    outside: maybe", "*card.yaml:18:14: 'maybe' is not known here; a value outside the range is met with refuse or flag")]
    [InlineData("shape: [1, 71]", "shape: [1, -71]", "*card.yaml:14:11: the dimensions of absorbance[1, -71] must be positive*")]
    [InlineData("shape: [1, 71]", "shape: [1, \"\"]", "*card.yaml:14:11: a dimension of 'absorbance' has no name and no length*")]
    [InlineData("version: \"1.0\"\nlicence: as the repository", "version: \"1.0\"\nlicence: \"?\"", "*card.yaml:3:1: the draft has not been filled in: licence*")]
    [InlineData("xyz: [95", "lab: [95", "*golden vector 'clear': there is no tensor 'lab'*")]
    public void A_card_that_lacks_or_contradicts_something_is_refused(string text, string replacement, string message)
    {
        _folder.Replace(text, replacement);

        var read = () => ModelCard.Read(_folder.CardPath);

        read.Should().Throw<ModelException>().WithMessage(message).Which.Message.Should().Contain(_folder.CardPath);
    }

    [Fact]
    public void A_model_that_is_called_as_its_input_does_not_draw_the_place_to_itself()
    {
        _folder.Replace("name: spectrum-to-xyz", "name: absorbance").Replace("range: [-0.3, 6]", "range: [6, -0.3]");

        FluentActions.Invoking(() => ModelCard.Read(_folder.CardPath)).Should().Throw<ModelException>().WithMessage("*card.yaml:14:11: the range of 'absorbance' must be*");
    }

    [Theory]
    [InlineData("- a\n- b\n", "*card.yaml:1:1: a card is a group of keys, such as 'name: doubling', and this is something else")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[", "*card.yaml:1:*: a card is a group of keys*")]
    [InlineData("name: a: b", "*card.yaml:1:*: this is no YAML*")]
    public void Something_else_than_a_card_is_refused_with_its_place(string text, string message)
    {
        File.WriteAllText(_folder.CardPath, text);

        FluentActions.Invoking(() => ModelCard.Read(_folder.CardPath)).Should().Throw<ModelException>().WithMessage(message);
    }

    [Fact]
    public void A_second_card_in_the_same_file_is_refused()
    {
        File.AppendAllText(_folder.CardPath, "---\nname: another\n");

        FluentActions.Invoking(() => ModelCard.Read(_folder.CardPath)).Should().Throw<ModelException>().WithMessage("*: a card ends where a second one begins, and each has a file of its own");
    }

    [Theory]
    [InlineData("unit: AU", "furlong", "absorbance")]
    [InlineData("{ column: wavelength, unit: nm", "nanometres", "along 'wavelength' of 'absorbance'")]
    [InlineData("unit: \"1\"", "mL/wk", "xyz")]
    public void A_unit_that_is_none_is_refused_with_its_place(string place, string unit, string what)
    {
        var shipped = File.ReadAllText(_folder.CardPath);
        var at = shipped.IndexOf(place, StringComparison.Ordinal) + place.LastIndexOf(' ') + 1;
        var before = shipped[..at].Split('\n');
        _folder.Replace(place, place[..(place.LastIndexOf(' ') + 1)] + unit);

        var read = () => ModelCard.Read(_folder.CardPath);

        read.Should().Throw<ModelException>().Which.Message.Should().StartWith($"{_folder.CardPath}:{before.Length}:{before[^1].Length + 1}: the unit ").And.Contain(what).And.Contain($"is '{unit}', which is no unit that is known");
    }

    [Theory]
    [InlineData("golden: []", "*a card without golden vectors proves nothing*")]
    [InlineData("golden:", "*card.yaml:*: a key stands here with nothing behind it*")]
    [InlineData("golden: hello", "*card.yaml:*: a list or a group of keys is wanted here, and this is a single value")]
    public void A_card_without_golden_vectors_is_refused(string golden, string message)
    {
        var card = File.ReadAllText(_folder.CardPath);
        File.WriteAllText(_folder.CardPath, card[..card.IndexOf("golden:", StringComparison.Ordinal)] + golden + "\n");

        var read = () => ModelCard.Read(_folder.CardPath);

        read.Should().Throw<ModelException>().WithMessage(message);
    }

    [Fact]
    public void An_empty_card_is_refused()
    {
        File.WriteAllText(_folder.CardPath, "");

        var read = () => ModelCard.Read(_folder.CardPath);

        read.Should().Throw<ModelException>().WithMessage("*empty*");
    }
}
