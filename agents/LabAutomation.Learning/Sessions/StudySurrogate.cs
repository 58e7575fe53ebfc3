namespace LabAutomation.Learning.Sessions;

/// <summary>The model that a study has of one measured quantity.</summary>
/// <param name="Model">Of the quantity times <paramref name="Sign"/>.</param>
/// <param name="Sign">-1 for a quantity that is maximised; 1 otherwise.</param>
public sealed record StudySurrogate(string Quantity, GaussianProcess Model, double Sign)
{
    /// <summary>What is expected of the quantity, in its own direction.</summary>
    public Prediction Predict(Point point)
    {
        var told = Model.Predict(point);
        return new Prediction(Sign * told.Mean, told.Sd);
    }
}
