namespace LabAutomation.Simulators.Liquids;

/// <summary>The liquids of the bench. Their order is the order in which volumes are added up.</summary>
internal enum Liquid
{
    Cyan,
    Magenta,
    Yellow,
    Water,
}
