using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;

namespace LabAutomation.Tests.Learning.Backtesting;

public sealed class DataSetTests
{
    [Fact]
    public void Numbers_become_real_dimensions_and_texts_categories()
    {
        var data = Load("temperature,base,yield\n20,K2CO3,1.5\n80,DBU,-3\n50,K2CO3,2e1\n", "yield");

        data.Space.Dimensions[0].Should().Be(new RealDimension("temperature", 20, 80));
        data.Space.Dimensions[1].Should().BeOfType<CategoricalDimension>().Which.Choices.Should().Equal("DBU", "K2CO3");
        data.Space.Pool!.Value.Should().Equal(new Point([20, 1]), new Point([80, 0]), new Point([50, 1]));
        data.Values.Should().Equal(1.5, -3, 20);
        (data.Name, data.Objective, data.Count, data.IsMaximised).Should().Be(("data", "yield", 3, false));
        data.Notes.Should().BeEmpty();
    }

    [Fact]
    public void Quotes_hold_commas_line_ends_and_quotes()
    {
        var data = Load("\"solvent, \"\"dry\"\"\",y\r\n\"a,b\",1\r\n\"c\nd\",2\r\n\"\"\"e\"\"\",3\r\n", "y");

        var solvent = data.Space.Dimensions.Single().Should().BeOfType<CategoricalDimension>().Subject;
        solvent.Name.Should().Be("solvent, \"dry\"");
        solvent.Choices.Should().BeEquivalentTo("a,b", "c\nd", "\"e\"");
    }

    [Fact]
    public void What_is_to_be_maximised_is_turned_around() => Load("x,y\n1,5\n2,7\n", "y", maximise: true).Values.Should().Equal(-5, -7);

    [Fact]
    public void Replicates_are_averaged_constant_and_unwanted_columns_dropped_with_a_note()
    {
        var data = Load("x,plate,who,y\n1,A,ann,5\n2,A,ann,7\n1,A,bob,6\n", "y", ignore: ["who"]);

        data.Values.Should().Equal(5.5, 7);
        data.Space.Dimensions.Should().ContainSingle();
        data.Notes.Should().Equal(
            "ignored as asked: who", "column 'plate' is 'A' in every row and was dropped",
            "3 rows are 2 designs; what was measured more than once was averaged");
    }

    [Fact]
    public void A_column_that_is_mostly_text_is_categorical_and_says_so()
        => Load("code,y\nA,1\nB,2\n7,3\n", "y").Notes.Should().Equal("column 'code' is taken as categories: 1 of its 3 cells are numbers");

    [Theory]
    [InlineData("", null, null, "the file is empty*name the columns")]
    [InlineData("x,y\n", null, null, "*no rows*at least one measured design")]
    [InlineData("x,y\n1,2\n3\n", 3, null, "the row has 1 cells; the header names 2 columns")]
    [InlineData("x,y\n1,2\n3,4,5\n", 3, null, "the row has 3 cells; the header names 2 columns")]
    [InlineData("x,y\n1,2\n3,\n", 3, "y", "the cell is empty; give a value or leave the row out")]
    [InlineData("x,y\n1,2\n3,NaN\n", 3, "y", "'NaN' is no measured value; give a finite number*")]
    [InlineData("x,y\n1,2\n3,high\n", 3, "y", "'high' is not a number; every row needs a measured value")]
    [InlineData("x,y\n\"1\n\",2\n\"2\n\",high\n", 4, "y", "'high' is not a number*")]
    [InlineData("x,y\n1,2\n,4\n", 3, "x", "the cell is empty*")]
    [InlineData("x,y\n1,2\n3;5,4\n4,4\n", 3, "x", "'3;5' is not a number, as most cells of the column are*")]
    [InlineData("x,z\n1,2\n", 1, "y", "there is no such column; the columns are x, z")]
    [InlineData("x,x,y\n1,2,3\n", 1, "x", "the name stands twice*")]
    [InlineData("x,,y\n1,2,3\n", 1, null, "column 2 has no name*")]
    [InlineData("x,y\n1,2\n\"3,4\n", 3, null, "a quote is opened in this row and never closed")]
    [InlineData("x,y\n1,2\n3\"5,4\n", 3, null, "a quote stands inside a cell*")]
    [InlineData("x,y\n1,2\n\"3\"5,4\n", 3, null, "'5' follows a closing quote*")]
    [InlineData("x,y\n1,2\n1,4\n", null, null, "no column but the objective changes*")]
    public void A_fault_is_refused_with_its_line_and_column(string text, int? line, string? column, string problem)
    {
        var loading = () => Load(text, "y");

        var refusal = loading.Should().Throw<DataSetException>().WithMessage("*data.csv*: " + problem).Which;
        (refusal.Line, refusal.Column).Should().Be((line, column));
    }

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        var loading = () => DataSet.LoadCsv("/nowhere/data.csv", "y");

        loading.Should().Throw<DataSetException>().WithMessage("/nowhere/data.csv: the file cannot be read*");
    }

    [Fact]
    public void A_pool_brings_its_starts_and_its_budget()
    {
        using var file = new ScratchFile("tiny.json", """
            {"name":"tiny","params":["t","base","w"],"kinds":["num","cat2","num"],"raw":[[1,"a",3],[2,"b",3],[1,"a",3]],"y":[4,5,6],
             "measurement":"yield","goal":"maximize","init":[[0,1],[2,0]],"budget":3}
            """);

        var data = DataSet.LoadPool(file.Path);

        data.Values.Should().Equal(5, 5);
        data.InitialRows.Should().SatisfyRespectively(first => first.Should().Equal(0, 1), second => second.Should().Equal(0));
        (data.Budget, data.Objective, data.IsMaximised).Should().Be((3, "yield", true));
        data.Space.Dimensions.Select(dimension => dimension.Name).Should().Equal("t", "base");
    }

    [Theory]
    [InlineData("{", "*not JSON*")]
    [InlineData("""{"params":["t"],"kinds":["num"],"raw":[[1],[2]]}""", "*field is missing*")]
    [InlineData("""{"params":["t"],"kinds":["num"],"raw":[[1],[2]],"y":[1,null]}""", "*of the wrong type*")]
    [InlineData("""{"params":["t"],"kinds":["num"],"raw":[[1],[2]],"y":[1]}""", "*2 rows and y 1 values*")]
    [InlineData("""{"params":["t"],"kinds":["num"],"raw":[[1],[2,3]],"y":[1,2]}""", "*row 1 has 2 cells*")]
    [InlineData("""{"params":["t"],"kinds":["word"],"raw":[[1],[2]],"y":[1,2]}""", "*column 't'*kind is 'word'*")]
    [InlineData("""{"params":["t"],"kinds":["num"],"raw":[[1],[2]],"y":[1,2],"init":[[2]]}""", "*no row 2; rows are numbered 0 to 1")]
    public void A_bad_pool_is_refused(string text, string problem)
    {
        using var file = new ScratchFile("bad.json", text);
        var loading = () => DataSet.LoadPool(file.Path);

        loading.Should().Throw<DataSetException>().WithMessage("*bad.json" + problem);
    }

    private static DataSet Load(string text, string objective, bool maximise = false, string[]? ignore = null)
    {
        using var file = new ScratchFile("data.csv", text);
        return DataSet.LoadCsv(file.Path, objective, maximise, ignore);
    }
}
